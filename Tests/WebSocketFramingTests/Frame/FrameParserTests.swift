// RFC 6455 §5.1, §5.2, §5.4, §5.5; robustness rows C1, C2, C4 to C7. Each violation is asked for at the byte that commits
// it, with nothing behind.

import Testing
import WebSocketFraming

struct FrameParserTests {
    static func parse(
        _ bytes: [UInt8],
        _ role: Role = .client,
        isMidMessage: Bool = false,
        allowsCompression: Bool = false,
        payloadLimit: Int = .max
    ) -> FrameParser.Result {
        let rules = FrameParser.Rules(
            expectsMask: role == .server,
            isMidMessage: isMidMessage,
            allowsCompression: allowsCompression,
            payloadLimit: payloadLimit
        )
        // In the middle of other bytes, so that positions count from `start`.
        let padded = [0xFF, 0xFF, 0xFF] + bytes + [0xFF, 0xFF]
        return FrameParser.parse(padded.span, from: 3, to: 3 + bytes.count, rules: rules)
    }

    @Test(arguments: [0, 1, 125, 126, 65535, 65536, 1 << 40, Int.max], bothRoles)
    func readsEveryLength(_ length: Int, _ role: Role) {
        var frame = WireFrame.toward(role, 2)
        frame.claimedLength = UInt64(length)
        let bytes = frame.bytes
        let header = FrameHeader(
            opcode: .binary,
            payloadLength: length,
            maskingKey: role == .server ? sampleKeyWord : nil
        )
        #expect(Self.parse(bytes, role) == .header(header, length: bytes.count))
        #expect(bytes.count == header.encodedLength)
        for prefix in 0..<bytes.count {
            #expect(Self.parse(Array(bytes[..<prefix]), role) == .incomplete)
        }
    }

    /// §5.2: bits without an extension, on every opcode (C2).
    @Test func refusesReservedBits() {
        for rsv in UInt8(1)...7 {
            for opcode in UInt8(0)...15 {
                let first = 0x80 | rsv << 4 | opcode
                #expect(Self.parse([first], isMidMessage: opcode == 0) == .violation(.reservedBits))
            }
        }
    }

    /// RFC 7692 §6.1: RSV1 on the first frame of a message only (D4).
    @Test func allowsCompressionOnFirstFramesOnly() {
        for opcode in UInt8(0)...15 {
            let expected: FrameParser.Result = [1, 2].contains(opcode) ? .incomplete : .violation(.reservedBits)
            #expect(Self.parse([0xC0 | opcode], isMidMessage: opcode == 0, allowsCompression: true) == expected)
        }
        for rsv in [UInt8(1), 2, 3, 5, 6, 7] {
            #expect(Self.parse([0x81 | rsv << 4], allowsCompression: true) == .violation(.reservedBits))
        }
    }

    /// C2.
    @Test(arguments: [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
    func refusesReservedOpcodes(_ opcode: UInt8) {
        #expect(Self.parse([0x80 | opcode]) == .violation(.reservedOpcode(opcode)))
        #expect(Self.parse([opcode]) == .violation(.reservedOpcode(opcode)))
    }

    /// §5.4 (C3).
    @Test func keepsFragmentsInOrder() {
        #expect(Self.parse([0x00]) == .violation(.continuationWithoutMessage))
        #expect(Self.parse([0x80]) == .violation(.continuationWithoutMessage))
        for opcode in [UInt8(1), 2] {
            #expect(Self.parse([opcode], isMidMessage: true) == .violation(.messageInsideMessage))
            #expect(Self.parse([0x80 | opcode], isMidMessage: true) == .violation(.messageInsideMessage))
        }
        #expect(Self.parse([0x00], isMidMessage: true) == .incomplete)
        #expect(Self.parse([0x89], isMidMessage: true) == .incomplete)
    }

    /// §5.5 (C4).
    @Test(arguments: [8, 9, 10] as [UInt8])
    func limitsControlFrames(_ opcode: UInt8) {
        #expect(Self.parse([opcode]) == .violation(.controlFrameFragmented))
        #expect(Self.parse([0x80 | opcode, 126]) == .violation(.controlFrameTooLong))
        #expect(Self.parse([0x80 | opcode, 127]) == .violation(.controlFrameTooLong))
        #expect(Self.parse([0x80 | opcode, 125, 0]) != .incomplete)
    }

    /// §5.1 (C1).
    @Test func demandsTheMaskOfTheRole() {
        #expect(Self.parse([0x81, 0x05], .server) == .violation(.frameNotMasked))
        #expect(Self.parse([0x81, 0x85], .client) == .violation(.frameMasked))
    }

    /// §5.2, "the minimal number of bytes" (C7).
    @Test func refusesLongForms() {
        for length in [UInt64(0), 125] {
            let frame = WireFrame(opcode: 2, form: .sixteen, claimedLength: length)
            #expect(Self.parse(frame.bytes) == .violation(.lengthNotMinimal))
        }
        for length in [UInt64(0), 125, 126, 65535] {
            let frame = WireFrame(opcode: 2, form: .sixtyFour, claimedLength: length)
            #expect(Self.parse(frame.bytes) == .violation(.lengthNotMinimal))
        }
    }

    /// C5: told by the first byte of the length, and no trap on the largest.
    @Test func refusesTheTopBit() {
        #expect(Self.parse([0x82, 127, 0x80]) == .violation(.lengthOutOfRange))
        let frame = WireFrame(opcode: 2, form: .sixtyFour, claimedLength: .max)
        #expect(Self.parse(frame.bytes) == .violation(.lengthOutOfRange))
    }

    /// C6: the limit is told before the masking key is there, and control frames are beyond it.
    @Test(arguments: bothRoles) func refusesWhatIsOverTheLimit(_ role: Role) {
        var frame = WireFrame.toward(role, 2)
        for (length, isOver) in [(100, false), (101, true), (1 << 32, true), (Int.max, true)] {
            frame.claimedLength = UInt64(length)
            let withoutKey = Array(frame.bytes.dropLast(role == .server ? 4 : 0))
            let result = Self.parse(withoutKey, role, payloadLimit: 100)
            #expect((result == .violation(.messageTooBig)) == isOver)
        }
        let ping = WireFrame.toward(role, 9, [1, 2, 3]).bytes
        #expect(Self.parse(ping, role, payloadLimit: 0) != .violation(.messageTooBig))
    }
}
