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

    /// A masked text is known to be ASCII from unmasking it, by vectors, words and bytes; the one that is not, anywhere among them.
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
}
