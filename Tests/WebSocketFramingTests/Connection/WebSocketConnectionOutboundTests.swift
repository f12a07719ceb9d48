// The sending half: RFC 6455 §5.1, §5.3, §5.4, §5.5; robustness rows C14 to C16 and C22 to C24.

import Testing
import WebSocketFraming

struct WebSocketConnectionOutboundTests {
    static func connection(_ role: Role, allowsCompression: Bool = false) -> WebSocketConnection {
        WebSocketConnection(role: role, limits: WebSocketLimits(), allowsCompression: allowsCompression)
    }

    /// What the other end must see of bytes that a `role` sent.
    static func seen(_ frames: [UInt8]?, from role: Role) -> [Event] {
        Feeder.events(role.opposite, frames ?? [])
    }

    // MARK: Data in place

    @Test(arguments: [0, 1, 125, 126, 65535, 65536], bothRoles)
    func framesInPlace(_ size: Int, _ role: Role) {
        var connection = Self.connection(role)
        let payload = (0..<size).map { UInt8(truncatingIfNeeded: $0) }
        let frame = connection.framed(.binary, payload)
        let wire = WireFrame(opcode: 2, payload: payload, key: role == .client ? sampleKey : nil)
        #expect(frame == wire.bytes)
        #expect(Self.seen(frame, from: role) == [.message(.binary, payload)])
    }

    /// The header needs its room, no byte more; a refusal changes nothing.
    @Test(arguments: [0, 125, 126, 65536], bothRoles)
    func needsRoomInFront(_ size: Int, _ role: Role) {
        let needed = FrameHeader.encodedLength(payloadLength: size, masked: role == .client)
        let payload = [UInt8](repeating: 5, count: size)
        var connection = Self.connection(role)
        #expect(connection.framed(.text, payload, isLast: false, room: needed - 1) == nil)
        #expect(connection.isMidMessageOutbound == false)
        #expect(connection.framed(.text, payload, isLast: false, room: needed)?.count == needed + size)
        #expect(connection.isMidMessageOutbound == true)
    }

    /// What stands in front of a frame is another's, and a floor is not gone below; whole messages and fragments alike.
    @Test(arguments: [0, 1, 125, 126, 65535, 65536], bothRoles)
    func nothingInFrontIsTouched(_ size: Int, _ role: Role) {
        let needed = FrameHeader.encodedLength(payloadLength: size, masked: role == .client)
        for isLast in [true, false] {
            var connection = Self.connection(role)
            let original = [UInt8](repeating: 0xEE, count: 20) + [UInt8](repeating: 5, count: size)
            var buffer = original
            var bytes = buffer.mutableSpan
            let chunk = MessageChunk(kind: .text, isFirst: true, isLast: isLast, payload: 20..<original.count)
            #expect(connection.frame(chunk, floor: 21 - needed, in: &bytes, maskingKey: sampleKeyWord) == nil)
            #expect(buffer == original)
            bytes = buffer.mutableSpan
            #expect(
                connection.frame(chunk, floor: 20 - needed, in: &bytes, maskingKey: sampleKeyWord) == 20 - needed
            )
            #expect(buffer.prefix(20 - needed) == original.prefix(20 - needed))
        }
    }

    @Test(arguments: bothRoles) func aPayloadOutsideTheBufferIsRefused(_ role: Role) {
        var connection = Self.connection(role)
        var buffer = [UInt8](repeating: 0, count: 20)
        var bytes = buffer.mutableSpan
        let chunk = MessageChunk(kind: .text, isFirst: true, isLast: true, payload: 15..<21)
        #expect(connection.frame(chunk, in: &bytes, maskingKey: 1) == nil)
    }

    /// §5.4: this side's own state chooses the opcodes.
    @Test(arguments: bothRoles) func fragmentsGoOnAsContinuations(_ role: Role) {
        var connection = Self.connection(role)
        let frames =
            (connection.framed(.text, [0x61], isLast: false) ?? [])
            + connection.pingFrame([9], maskingKey: sampleKeyWord)
            + (connection.framed(.text, [0x62], isFirst: false, isLast: false) ?? [])
            + (connection.framed(.text, [], isFirst: false) ?? [])
        #expect(Self.seen(frames, from: role) == [.ping([9]), .message(.text, [0x61, 0x62])])
        #expect(connection.isMidMessageOutbound == false)
    }

    @Test(arguments: bothRoles) func noMessageInsideAnother(_ role: Role) {
        var connection = Self.connection(role)
        #expect(connection.framed(.binary, [1], isLast: false) != nil)
        #expect(connection.framed(.binary, [2]) == nil)
        #expect(connection.textFrame([0x61], maskingKey: 1).isEmpty)
        #expect(connection.binaryFrame([1], maskingKey: 1).isEmpty)
        #expect(connection.framed(.binary, [3], isFirst: false) != nil)
        #expect(!connection.textFrame([0x61], maskingKey: 1).isEmpty)
    }

    /// RFC 7692 §6.1: RSV1 on the first frame only, and only when negotiated.
    @Test func compressedChunks() {
        var plain = Self.connection(.server)
        #expect(plain.framed(.text, [1], compressed: true) == nil)
        var connection = Self.connection(.server, allowsCompression: true)
        #expect(connection.framed(.text, [1], isLast: false, compressed: true) == [0x41, 1, 1])
        #expect(connection.framed(.text, [2], isFirst: false, compressed: true) == [0x80, 1, 2])
        #expect(connection.framed(.text, [3]) == [0x81, 1, 3])
    }

    // MARK: Whole frames

    @Test(arguments: bothRoles) func wholeFrames(_ role: Role) {
        var connection = Self.connection(role)
        let frames =
            connection.textFrame(Array("hé".utf8), maskingKey: 7) + connection.binaryFrame([0xFF], maskingKey: 8)
            + connection.pingFrame([1], maskingKey: 9) + connection.pongFrame([2], maskingKey: 10)
        let expected: [Event] = [
            .message(.text, Array("hé".utf8)), .message(.binary, [0xFF]), .ping([1]), .pong([2]),
        ]
        #expect(Self.seen(frames, from: role) == expected)
    }

    /// C23: a client masks with exactly the key it was given, a server with none.
    @Test func keysReachTheWire() {
        var client = Self.connection(.client)
        #expect(client.textFrame([0x61], maskingKey: sampleKeyWord)[2..<6] == sampleKey[...])
        var server = Self.connection(.server)
        #expect(server.textFrame([0x61], maskingKey: sampleKeyWord) == [0x81, 1, 0x61])
    }

    /// §5.5: control payloads stay within 125 bytes.
    @Test(arguments: bothRoles) func controlPayloadsAreCut(_ role: Role) {
        var connection = Self.connection(role)
        let long = [UInt8](repeating: 1, count: 126)
        let cut = [UInt8](repeating: 1, count: 125)
        #expect(Self.seen(connection.pingFrame(long, maskingKey: 1), from: role) == [.ping(cut)])
        #expect(Self.seen(connection.pongFrame(long, maskingKey: 1), from: role) == [.pong(cut)])
    }

    // MARK: Close

    @Test(arguments: bothRoles) func closeIsSentOnceAndEndsSending(_ role: Role) {
        var connection = Self.connection(role)
        let frame = connection.closeFrame(code: .goingAway, reason: "bye", maskingKey: sampleKeyWord)
        #expect(Self.seen(frame, from: role) == [.close(1001, "bye")])
        #expect(connection.closeSent == true)
        #expect(connection.canSendData == false)
        #expect(connection.closeFrame(code: .normal, reason: "", maskingKey: 1) == nil)
        #expect(connection.framed(.text, [0x61]) == nil)
        #expect(connection.textFrame([0x61], maskingKey: 1).isEmpty)
        #expect(connection.pingFrame([], maskingKey: 1).isEmpty)
        #expect(connection.pongFrame([], maskingKey: 1).isEmpty)
    }

    /// C22.
    @Test(arguments: [(1006, 1011), (1015, 1011), (1004, 1011), (0, 1011), (2999, 1011), (5000, 1011), (3000, 3000)])
    func illegalCodesAreReplaced(_ code: UInt16, _ wire: UInt16) {
        var connection = Self.connection(.server)
        let frame = connection.closeFrame(code: CloseCode(code), reason: "why", maskingKey: 0)
        #expect(Self.seen(frame, from: .server) == [.close(wire, "why")])
    }

    @Test(arguments: [nil, CloseCode.noStatusReceived]) func noCodeMeansNoPayload(_ code: CloseCode?) {
        var connection = Self.connection(.server)
        #expect(connection.closeFrame(code: code, reason: "lost", maskingKey: 0) == [0x88, 0])
    }

    /// C22: cut at a character, at every alignment of the characters.
    @Test(arguments: ["a", "é", "日", "🙂"]) func reasonsAreCutAtACharacter(_ character: String) {
        for padding in 0..<4 {
            let reason = String(repeating: "x", count: padding) + String(repeating: character, count: 130)
            var connection = Self.connection(.server)
            let frame = connection.closeFrame(code: .normal, reason: reason, maskingKey: 0) ?? []
            let width = character.utf8.count
            let fitting = (123 - padding) / width
            let expected = String(repeating: "x", count: padding) + String(repeating: character, count: fitting)
            #expect(Self.seen(frame, from: .server) == [.close(1000, expected)])
        }
    }

    /// C24: every byte of a Close frame is accounted for.
    @Test func closeBytes() {
        var server = Self.connection(.server)
        #expect(server.closeFrame(code: .normal, reason: "ok", maskingKey: 0) == [0x88, 4, 0x03, 0xE8, 0x6F, 0x6B])
        var client = Self.connection(.client)
        let wire = WireFrame(opcode: 8, payload: [0x03, 0xE8, 0x6F, 0x6B], key: sampleKey)
        #expect(client.closeFrame(code: .normal, reason: "ok", maskingKey: sampleKeyWord) == wire.bytes)
    }

    /// §7.1.1, seen from the connection.
    @Test(arguments: bothRoles) func dutiesOfAClosingConnection(_ role: Role) {
        var feeder = Feeder(role)
        #expect(feeder.connection.closingDuty == .keepOpen)
        feeder.feed(WireFrame.close(role, 1000))
        #expect(feeder.connection.closingDuty == .sendClose)
        #expect(feeder.connection.closeFrame(code: .normal, reason: "", maskingKey: 1) != nil)
        #expect(feeder.connection.closingDuty == (role == .server ? .shutDown : .awaitShutdown))
        #expect(feeder.connection.closeFrame(code: .normal, reason: "", maskingKey: 1) == nil)
    }

    /// §7.1.7: a failed connection may still say why, once.
    @Test(arguments: bothRoles) func failureSaysWhy(_ role: Role) {
        var feeder = Feeder(role)
        feeder.feed([0xFF])
        #expect(feeder.connection.closingDuty == .sendClose)
        let violation = WebSocketViolation.reservedBits
        let frame = feeder.connection.closeFrame(
            code: violation.closeCode,
            reason: violation.reason,
            maskingKey: sampleKeyWord
        )
        #expect(Self.seen(frame, from: role) == [.close(1002, "reserved bits set")])
        #expect(feeder.connection.closingDuty == .shutDown)
    }

    // MARK: Budget

    /// C14: a peer that pings and never reads.
    @Test(arguments: bothRoles) func pendingPongsPauseReading(_ role: Role) {
        var connection = Self.connection(role)
        for _ in 0..<15 { #expect(!connection.pongFrame([], maskingKey: 1).isEmpty) }
        #expect(connection.shouldPauseReading == false)
        #expect(!connection.pongFrame([], maskingKey: 1).isEmpty)
        #expect(connection.shouldPauseReading == true)
        connection.outboundDrained()
        #expect(connection.shouldPauseReading == false)
    }

    /// C15.
    @Test(arguments: bothRoles) func controlFloodsPauseReading(_ role: Role) {
        var feeder = Feeder(role, limits: WebSocketLimits(controlFramesPerWindow: 100))
        for _ in 0..<99 { feeder.feed(WireFrame.toward(role, 10).bytes) }
        #expect(feeder.connection.shouldPauseReading == false)
        feeder.feed(WireFrame.toward(role, 10).bytes)
        #expect(feeder.connection.shouldPauseReading == true)
        feeder.connection.beginControlWindow()
        #expect(feeder.connection.shouldPauseReading == false)
    }
}
