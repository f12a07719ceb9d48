// Reads frame headers: RFC 6455 §5.2, with the checks of §5.1 (masking), §5.4 (fragmentation) and §5.5 (control frames).
//
// Each check is made as soon as its byte is there, so that a peer that breaks the rules is told at the first bad byte,
// not when the rest has arrived. Parsing has no memory: an incomplete header is parsed again from its first byte.

/// Reads and checks one frame header.
package enum FrameParser {
    /// What the connection's state says about the next frame.
    package struct Rules: Equatable, Sendable {
        /// §5.1: our peer is a client.
        package var expectsMask: Bool
        /// §5.4: a fragmented message is unfinished.
        package var isMidMessage: Bool
        /// RFC 7692 was negotiated.
        package var allowsCompression: Bool
        /// §10.4: bytes that a data frame may bring.
        ///
        /// Here, because the length comes before the masking key.
        package var payloadLimit: Int

        package init(expectsMask: Bool, isMidMessage: Bool, allowsCompression: Bool, payloadLimit: Int) {
            self.expectsMask = expectsMask
            self.isMidMessage = isMidMessage
            self.allowsCompression = allowsCompression
            self.payloadLimit = payloadLimit
        }
    }

    package enum Result: Equatable, Sendable {
        case incomplete
        /// A legal header of `length` bytes.
        case header(FrameHeader, length: Int)
        case violation(WebSocketViolation)
    }

    /// Parses the header that starts at `start`, of which the bytes before `end` have arrived.
    package static func parse(_ bytes: Span<UInt8>, from start: Int, to end: Int, rules: Rules) -> Result {
        let available = end - start
        guard available >= 1 else { return .incomplete }
        let first = bytes[start]
        guard let opcode = Opcode(rawValue: first & 0x0F) else {
            return .violation(first & 0x70 == 0 ? .reservedOpcode(first & 0x0F) : .reservedBits)
        }
        if let violation = Self.check(first: first, opcode: opcode, rules: rules) { return .violation(violation) }

        guard available >= 2 else { return .incomplete }
        let second = bytes[start + 1]
        let isMasked = second & 0x80 != 0
        guard isMasked == rules.expectsMask else {
            return .violation(rules.expectsMask ? .frameNotMasked : .frameMasked)
        }
        let shortLength = Int(second & 0x7F)
        if opcode.isControl, shortLength > FrameHeader.maximumControlPayload { return .violation(.controlFrameTooLong) }

        let payloadLength: Int
        var next: Int
        switch Self.length(shortLength, bytes, from: start + 2, to: end) {
        case .incomplete: return .incomplete
        case .violation(let violation): return .violation(violation)
        case .length(let length, let position): (payloadLength, next) = (length, position)
        }
        if !opcode.isControl, payloadLength > rules.payloadLimit { return .violation(.messageTooBig) }

        var header = FrameHeader(
            isFinal: first & 0x80 != 0,
            isCompressed: first & 0x40 != 0,
            opcode: opcode,
            payloadLength: payloadLength
        )
        if isMasked {
            guard end - next >= 4 else { return .incomplete }
            header.maskingKey =
                UInt32(bytes[next]) | UInt32(bytes[next + 1]) << 8
                | UInt32(bytes[next + 2]) << 16 | UInt32(bytes[next + 3]) << 24
            next += 4
        }
        return .header(header, length: next - start)
    }

    /// What the first byte alone can break.
    private static func check(first: UInt8, opcode: Opcode, rules: Rules) -> WebSocketViolation? {
        // RFC 7692 §6.1: RSV1 stands on the first frame of a message only, never on continuations or control frames.
        let mayCompress = rules.allowsCompression && (opcode == .text || opcode == .binary)
        guard first & (mayCompress ? 0x30 : 0x70) == 0 else { return .reservedBits }
        switch opcode {
        case .close, .ping, .pong:
            return first & 0x80 == 0 ? .controlFrameFragmented : nil
        case .continuation:
            return rules.isMidMessage ? nil : .continuationWithoutMessage
        case .text, .binary:
            return rules.isMidMessage ? .messageInsideMessage : nil
        }
    }

    private enum Length {
        case incomplete
        case length(Int, next: Int)
        case violation(WebSocketViolation)
    }

    /// §5.2, "Payload length": the shortest form is the only legal one.
    private static func length(_ short: Int, _ bytes: Span<UInt8>, from start: Int, to end: Int) -> Length {
        switch short {
        case 126:
            guard end - start >= 2 else { return .incomplete }
            let length = Int(bytes[start]) << 8 | Int(bytes[start + 1])
            return length > 125 ? .length(length, next: start + 2) : .violation(.lengthNotMinimal)
        case 127:
            guard end - start >= 1 else { return .incomplete }
            if bytes[start] & 0x80 != 0 { return .violation(.lengthOutOfRange) }
            guard end - start >= 8 else { return .incomplete }
            var length: UInt64 = 0
            for offset in 0..<8 {
                length = length << 8 | UInt64(bytes[start + offset])
            }
            guard length > 0xFFFF else { return .violation(.lengthNotMinimal) }
            guard let length = Int(exactly: length) else { return .violation(.lengthOutOfRange) }
            return .length(length, next: start + 8)
        default:
            return .length(short, next: start)
        }
    }
}
