// The receiving half: RFC 6455 §5 to §8; robustness rows C1 to C13. Every input goes in whole, byte by byte, at every
// split, and once more with all frames passed on as they come.

import Testing
import WebSocketFraming

struct WebSocketConnectionTests {
    static let hello = Array("Hello".utf8)

    // MARK: Messages (§5.6)

    @Test(arguments: bothRoles) func textAndBinary(_ role: Role) {
        let input = WireFrame.text(role, "Hello") + WireFrame.toward(role, 2, [0xFF, 0, 0x80]).bytes
        Feeder.expect([.message(.text, Self.hello), .message(.binary, [0xFF, 0, 0x80])], role, input)
    }

    @Test(arguments: [0, 1, 125, 126, 127, 128, 65535, 65536], bothRoles)
    func sizes(_ size: Int, _ role: Role) {
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0 % 251) }
        let input = WireFrame.toward(role, 2, payload).bytes + WireFrame.text(role, "x")
        for held in [0, 200, 1 << 20] {
            var feeder = Feeder(role, limits: WebSocketLimits(heldFrameBytes: held))
            for start in stride(from: 0, to: input.count, by: 997) {
                feeder.feed(input[start..<min(start + 997, input.count)])
            }
            #expect(feeder.events == [.message(.binary, payload), .message(.text, [0x78])])
        }
    }

    @Test(arguments: bothRoles) func emptyMessageIsOneChunk(_ role: Role) {
        var feeder = Feeder(role)
        feeder.feed(WireFrame.text(role, ""))
        #expect(feeder.chunks == [Feeder.Chunk(payload: [], isFirst: true, isLast: true)])
    }

    // MARK: Fragments (§5.4)

    @Test(arguments: bothRoles) func fragmentsWithControlFramesBetween(_ role: Role) {
        let input =
            WireFrame.text(role, "Hel", final: false) + WireFrame.toward(role, 9, [1, 2]).bytes
            + WireFrame.continuation(role, Array("lo".utf8), final: false) + WireFrame.toward(role, 10).bytes
            + WireFrame.continuation(role, [], final: true)
        Feeder.expect([.ping([1, 2]), .pong([]), .message(.text, Self.hello)], role, input)
    }

    @Test(arguments: bothRoles) func emptyFragmentsAreChunks(_ role: Role) {
        var feeder = Feeder(role)
        feeder.feed(WireFrame.text(role, "", final: false) + WireFrame.continuation(role, [], final: false))
        #expect(feeder.connection.isMidMessageInbound == true)
        feeder.feed(WireFrame.continuation(role, [], final: true))
        #expect(
            feeder.chunks == [
                Feeder.Chunk(payload: [], isFirst: true, isLast: false),
                Feeder.Chunk(payload: [], isFirst: false, isLast: false),
                Feeder.Chunk(payload: [], isFirst: false, isLast: true),
            ]
        )
        #expect(feeder.connection.isMidMessageInbound == false)
    }

    /// C3.
    @Test(arguments: bothRoles) func fragmentsOutOfOrder(_ role: Role) {
        let continuation = WireFrame.continuation(role, [1], final: true)
        Feeder.expect([.violation(.continuationWithoutMessage)], role, continuation)
        let whole = WireFrame.text(role, "a")
        Feeder.expect(
            [.message(.text, [0x61]), .violation(.continuationWithoutMessage)],
            role,
            whole + continuation
        )
        let open = WireFrame.text(role, "a", final: false)
        Feeder.expect([.violation(.messageInsideMessage)], role, open + whole)
    }

    // MARK: Whole frames and long frames

    @Test(arguments: bothRoles) func holdsFramesUpToTheLimitAndPassesLongerOnes(_ role: Role) {
        let headerLength = role == .server ? 8 : 4
        for (size, isHeld) in [(1000 - headerLength, true), (1001 - headerLength, false)] {
            let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
            let input = WireFrame.toward(role, 2, payload).bytes
            var feeder = Feeder(role, limits: WebSocketLimits(heldFrameBytes: 1000))
            feeder.feed(input[..<500])
            #expect(feeder.chunks.isEmpty == isHeld)
            #expect(feeder.connection.isMidMessageInbound == true)
            feeder.feed(input[500...])
            #expect(feeder.events == [.message(.binary, payload)])
            #expect(feeder.chunks.count == (isHeld ? 1 : 2))
            #expect((feeder.mostHeld == 0) == !isHeld)
        }
    }

    @Test func longFramesAreNeverHandedOverEmpty() {
        let input = WireFrame.toward(.server, 2, [UInt8](repeating: 7, count: 300)).bytes
        var feeder = Feeder(.server, limits: WebSocketLimits(heldFrameBytes: 0))
        feeder.feed(input[..<8])
        feeder.feed([])
        #expect(feeder.chunks.isEmpty)
        feeder.feed(input[8..<10])
        feeder.feed(input[10...])
        #expect(feeder.chunks.map(\.payload.count) == [2, 298])
        #expect(feeder.chunks.map(\.isLast) == [false, true])
    }

    // MARK: UTF-8 (§8.1)

    /// C11: a character cut by fragments, packets and long frames.
    @Test(arguments: bothRoles) func charactersMayBeCut(_ role: Role) {
        let text = Array("κόσμε 🙂".utf8)
        for split in 0...text.count {
            let input =
                WireFrame.toward(role, 1, Array(text[..<split]), final: false).bytes
                + WireFrame.toward(role, 9).bytes + WireFrame.continuation(role, Array(text[split...]), final: true)
            Feeder.expect([.ping([]), .message(.text, text)], role, input)
        }
    }

    /// C10, Autobahn 6.4: the connection fails at the bad byte, with the rest of the frame still to come.
    @Test(arguments: bothRoles) func failsAtTheBadByte(_ role: Role) {
        let valid = Array("κόσμε".utf8)
        let input = WireFrame.toward(role, 1, valid + [0xF4, 0x90, 0x80, 0x80] + valid).bytes
        let badByte = input.count - valid.count - 3
        for held in [0, 1 << 16] {
            var feeder = Feeder(role, limits: WebSocketLimits(heldFrameBytes: held))
            for index in 0..<badByte { feeder.feed([input[index]]) }
            #expect(feeder.events.isEmpty)
            feeder.feed([input[badByte]])
            #expect(feeder.events == [.violation(.invalidUTF8)])
        }
    }

    @Test(arguments: bothRoles) func textEndsWithACharacter(_ role: Role) {
        Feeder.expect([.violation(.invalidUTF8)], role, WireFrame.toward(role, 1, [0x61, 0xC3]).bytes)
        let fragments =
            WireFrame.toward(role, 1, [0xE2], final: false).bytes + WireFrame.continuation(role, [0x82], final: true)
        Feeder.expect([.violation(.invalidUTF8)], role, fragments)
        let afterwards =
            WireFrame.toward(role, 1, [0xE2], final: false).bytes + WireFrame.continuation(role, [], final: true)
        Feeder.expect([.violation(.invalidUTF8)], role, afterwards)
    }

    @Test(arguments: bothRoles) func aMessageDoesNotInheritTheLastOnesBytes(_ role: Role) {
        let input = WireFrame.toward(role, 2, [0xE2, 0x82]).bytes + WireFrame.text(role, "ok")
        Feeder.expect([.message(.binary, [0xE2, 0x82]), .message(.text, [0x6F, 0x6B])], role, input)
    }

    // MARK: Limits (§10.4)

    /// C6: told at the header, with no payload there.
    @Test(arguments: bothRoles) func messageTooBigIsToldAtTheHeader(_ role: Role) {
        var frame = WireFrame.toward(role, 2)
        for length in [UInt64(16 * 1024 * 1024 + 1), 1 << 62, UInt64(Int.max)] {
            frame.claimedLength = length
            Feeder.expect([.violation(.messageTooBig)], role, frame.bytes)
        }
    }

    /// C13: the sum of the fragments counts; a message of exactly the limit passes.
    @Test(arguments: bothRoles) func messageLimitSpansFragments(_ role: Role) {
        let limits = WebSocketLimits(messageBytes: 10)
        let six = [UInt8](repeating: 1, count: 6)
        let open = WireFrame.toward(role, 2, six, final: false).bytes
        let exact = open + WireFrame.continuation(role, [2, 2, 2, 2], final: true)
        Feeder.expect(
            [.message(.binary, six + [2, 2, 2, 2]), .message(.binary, six + [2, 2, 2, 2])],
            role,
            exact + exact,
            limits: limits
        )
        let over = open + WireFrame.continuation(role, [2, 2, 2, 2, 2], final: true)
        Feeder.expect([.violation(.messageTooBig)], role, over, limits: limits)
    }

    /// No sum of lengths overflows: after some bytes, the largest length there is.
    @Test(arguments: bothRoles) func lengthsDoNotOverflow(_ role: Role) {
        var huge = WireFrame.toward(role, 0)
        huge.claimedLength = UInt64(Int.max)
        let input = WireFrame.toward(role, 2, [1, 2, 3], final: false).bytes + huge.bytes
        Feeder.expect([.violation(.messageTooBig)], role, input, limits: WebSocketLimits(messageBytes: .max))
    }

    /// C12.
    @Test(arguments: bothRoles) func fragmentsAreCounted(_ role: Role) {
        let limits = WebSocketLimits(fragments: 3)
        let first = WireFrame.toward(role, 2, [1], final: false).bytes
        let empty = WireFrame.continuation(role, [], final: false)
        let last = WireFrame.continuation(role, [], final: true)
        Feeder.expect([.message(.binary, [1])], role, first + empty + last, limits: limits)
        Feeder.expect([.violation(.tooManyFragments)], role, first + empty + empty + last, limits: limits)
    }

    @Test func defaultFragmentLimitHolds() {
        var feeder = Feeder(.client)
        feeder.feed([0x02, 0x00])
        feeder.feed([UInt8](repeating: 0, count: 2 * 131_071))
        #expect(feeder.events.isEmpty)
        feeder.feed([0, 0])
        #expect(feeder.events == [.violation(.tooManyFragments)])
    }

    // MARK: Control frames (§5.5)

    @Test(arguments: [0, 1, 125], bothRoles) func pingsAndPongs(_ size: Int, _ role: Role) {
        let payload = (0..<size).map { UInt8($0) }
        let input = WireFrame.toward(role, 9, payload).bytes + WireFrame.toward(role, 10, payload).bytes
        Feeder.expect([.ping(payload), .pong(payload)], role, input)
    }

    @Test(arguments: bothRoles) func closeWithAndWithoutReason(_ role: Role) {
        Feeder.expect([.close(nil, "")], role, WireFrame.toward(role, 8).bytes)
        Feeder.expect([.close(1000, "")], role, WireFrame.close(role, 1000))
        Feeder.expect([.close(4999, "κόσμε")], role, WireFrame.close(role, 4999, "κόσμε"))
        let longest = String(repeating: "r", count: 123)
        Feeder.expect([.close(1001, longest)], role, WireFrame.close(role, 1001, longest))
    }

    /// C8, C9.
    @Test(arguments: bothRoles) func badClosePayloads(_ role: Role) {
        Feeder.expect([.violation(.closePayloadTooShort)], role, WireFrame.toward(role, 8, [3]).bytes)
        for code in [UInt16(0), 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535] {
            Feeder.expect([.violation(.invalidCloseCode(code))], role, WireFrame.close(role, code))
        }
        for reason in [[0xFF], [0xC3], [0xED, 0xA0, 0x80]] as [[UInt8]] {
            let frame = WireFrame.toward(role, 8, [0x03, 0xE8] + reason)
            Feeder.expect([.violation(.invalidCloseReason)], role, frame.bytes)
        }
    }

    // MARK: After the end (§5.5.1, §7.1.7)

    /// C16.
    @Test(arguments: bothRoles) func nothingCountsAfterClose(_ role: Role) {
        let input =
            WireFrame.close(role, 1000) + WireFrame.text(role, "late") + WireFrame.close(role, 1001) + [0xFF, 0xFF]
        Feeder.expect([.close(1000, "")], role, input)
        var feeder = Feeder(role)
        feeder.feed(input)
        #expect(feeder.isFinished == true)
        #expect(feeder.connection.closeReceived == true)
    }

    /// C1, and that a failure is final.
    @Test(arguments: bothRoles) func nothingCountsAfterAViolation(_ role: Role) {
        let wrong = WireFrame.text(role.opposite, "x")
        let violation: WebSocketViolation = role == .server ? .frameNotMasked : .frameMasked
        Feeder.expect([.violation(violation)], role, wrong + WireFrame.text(role, "late"))
        var feeder = Feeder(role)
        feeder.feed(wrong)
        feeder.feed(WireFrame.close(role, 1000))
        #expect(feeder.isFinished == true)
        #expect(feeder.connection.closingState == .failed)
        #expect(feeder.connection.closeReceived == false)
        #expect(feeder.connection.canSendData == false)
    }

    /// B17: an HTTP request where a frame should be.
    @Test func httpIsNoFrame() {
        let request = Array("GET /v1/realtime HTTP/1.1\r\nHost: x\r\n\r\n".utf8)
        #expect(Feeder.events(.server, request) == [.violation(.reservedBits)])
    }

    /// §5.5.1: data sent before the peer saw our Close still arrive.
    @Test(arguments: bothRoles) func readsOnAfterOurOwnClose(_ role: Role) {
        var feeder = Feeder(role)
        let sent = feeder.connection.closeFrame(code: .normal, reason: "", maskingKey: 0)
        #expect(sent != nil)
        feeder.feed(WireFrame.text(role, "tail") + WireFrame.close(role, 1000))
        #expect(feeder.events == [.message(.text, Array("tail".utf8)), .close(1000, "")])
        #expect(feeder.connection.closingState == .closed)
    }

    // MARK: Compression's bit (RFC 7692 §6)

    @Test(arguments: bothRoles) func compressedMessagesAreMarked(_ role: Role) {
        var feeder = Feeder(role, allowsCompression: true)
        // Not UTF-8, and not to be checked as such before inflation.
        feeder.feed(WireFrame.toward(role, 1, [0xFF, 0xFE], final: false, rsv: 4).bytes)
        feeder.feed(WireFrame.continuation(role, [0xFF], final: true))
        #expect(feeder.events == [.message(.text, [0xFF, 0xFE, 0xFF])])
        let plain = WireFrame.toward(role, 1, [0xFF]).bytes
        #expect(Feeder.events(role, plain, allowsCompression: true) == [.violation(.invalidUTF8)])
        // D4.
        let onPing = WireFrame.toward(role, 9, [], rsv: 4).bytes
        #expect(Feeder.events(role, onPing, allowsCompression: true) == [.violation(.reservedBits)])
        let onContinuation =
            WireFrame.toward(role, 1, [], final: false, rsv: 4).bytes + WireFrame.toward(role, 0, [], rsv: 4).bytes
        #expect(Feeder.events(role, onContinuation, allowsCompression: true) == [.violation(.reservedBits)])
    }
}
