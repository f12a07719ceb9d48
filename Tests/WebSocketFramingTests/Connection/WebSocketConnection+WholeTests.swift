// The short way must come to the same end as the long one: RFC 6455 §5.2, §8.1, in both roles. A message is fed at once,
// which takes the short way, and cut in two, which cannot.

import Testing
import WebSocketFraming

struct WebSocketConnectionWholeTests {
    static let texts: [[UInt8]] = [
        [], Array("Hello".utf8), Array("né € 𝄞".utf8), [0x61, 0xFF], [0x61, 0xC3], [0xED, 0xA0, 0x80],
        [UInt8](repeating: 0x61, count: 126), [UInt8](repeating: 0x62, count: 65_535) + [0xC3],
        [UInt8](repeating: 0x63, count: 65_536),
    ]

    @Test(arguments: [1, 2] as [UInt8], bothRoles) func cutInTwo(_ opcode: UInt8, _ role: Role) {
        for payload in Self.texts {
            let input = WireFrame.toward(role, opcode, payload).bytes + WireFrame.text(role, "behind")
            let expected = Feeder.events(role, input)
            for cut in [1, 2, 3, 7, 8, 9, input.count - 9] as [Int] where cut < input.count {
                var feeder = Feeder(role)
                feeder.feed(input[..<cut])
                feeder.feed(input[cut...])
                #expect(feeder.events == expected)
            }
        }
    }

    /// A masked text is known to be ASCII before it is unmasked, by vectors, words and bytes; the one that is not, anywhere among
    /// them.
    @Test(arguments: bothRoles) func badByteAnywhere(_ role: Role) {
        for position in [0, 31, 32, 63, 64, 71, 72, 79, 80, 82] {
            for (byte, isFine) in [(0xFF, false), (0x61, true)] as [(UInt8, Bool)] {
                var payload = [UInt8](repeating: 0x61, count: 83)
                payload[position] = byte
                let input = WireFrame.toward(role, 1, payload).bytes
                var feeder = Feeder(role)
                feeder.feed(input[..<7])
                feeder.feed(input[7...])
                let events = Feeder.events(role, input)
                #expect(events == feeder.events)
                var leaving = Feeder(role, leavesMasks: true)
                leaving.feed(input)
                #expect(leaving.events == events)
                #expect((events == [.violation(.invalidUTF8)]) != isFine)
            }
        }
    }

    @Test(arguments: bothRoles) func limitsHold(_ role: Role) {
        let input = WireFrame.toward(role, 2, [UInt8](repeating: 1, count: 200)).bytes
        for limit in [0, 199, 200] {
            let limits = WebSocketLimits(messageBytes: limit)
            let isAllowed = limit >= 200
            #expect((Feeder.events(role, input, limits: limits) == [.violation(.messageTooBig)]) != isAllowed)
        }
        let none = WebSocketLimits(fragments: 0)
        #expect(Feeder.events(role, input, limits: none) == [.violation(.tooManyFragments)])
    }

    @Test(arguments: bothRoles) func maskingIsChecked(_ role: Role) {
        let other: Role = role == .server ? .client : .server
        let input = WireFrame.toward(other, 1, Array("Hello, hello".utf8)).bytes
        let violation: WebSocketViolation = role == .server ? .frameNotMasked : .frameMasked
        #expect(Feeder.events(role, input) == [.violation(violation)])
    }

    /// What comes with its mask on is a whole message that needs no second look; it stands there as it came.
    @Test func masksAreLeftOnWhatIsKnownToBeText() {
        let cases: [(payload: [UInt8], opcode: UInt8, isLeft: Bool)] = [
            (Array("Hello".utf8), 1, true), ([UInt8](repeating: 0x61, count: 200), 1, true), ([0xFF, 0x00], 2, true),
            (Array("né €".utf8), 1, false),
        ]
        for (payload, opcode, isLeft) in cases {
            for leavesMasks in [false, true] {
                var connection = WebSocketConnection(role: .server, limits: WebSocketLimits())
                connection.leavesMasks = leavesMasks
                let input = WireFrame.toward(.server, opcode, payload).bytes
                var buffer = input
                var bytes = buffer.mutableSpan
                var cursor = 0
                guard case .message(let chunk) = connection.receive(&bytes, from: &cursor, to: input.count) else {
                    Issue.record("no message")
                    return
                }
                #expect(cursor == input.count)
                let place = chunk.payload
                #expect((chunk.maskingKey != 0) == (isLeft && leavesMasks))
                #expect(Array(buffer[place]) == (chunk.maskingKey != 0 ? Array(input[place]) : payload))
            }
        }
    }

    @Test(arguments: bothRoles) func whatIsLeftMaskedIsFramedLikeWhatIsNot(_ role: Role) {
        for count in [1, 63, 64, 125, 126, 300, 65_535, 65_536] {
            let plain = (0..<count).map { UInt8($0 % 128) }
            let room = 14
            var frames: [[UInt8]] = []
            for key in [0, 0x0102_0304, sampleKeyWord] as [UInt32] {
                var connection = WebSocketConnection(role: role, limits: WebSocketLimits())
                var chunk = MessageChunk(kind: .text, isFirst: true, isLast: true, payload: room..<(room + count))
                chunk.maskingKey = key
                var buffer = [UInt8](repeating: 0xEE, count: room) + plain
                var bytes = buffer.mutableSpan
                Masking.apply(key, to: &bytes, in: chunk.payload)
                let start = connection.frame(chunk, in: &bytes, maskingKey: sampleKeyWord)
                frames.append(Array(buffer[(start ?? 0)...]))
            }
            #expect(frames[1] == frames[0])
            #expect(frames[2] == frames[0])
        }
    }
}
