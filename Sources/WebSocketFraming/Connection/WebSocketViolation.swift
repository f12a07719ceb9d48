// All the ways in which a peer can break the protocol, and the close code each becomes (RFC 6455 §7.1.7, §7.4.1).
//
// The blame for every case lies with the peer: nothing that we do wrong ourselves is reported this way. There is no
// retry verdict, because a violation always ends the connection.

/// What the peer did that fails the connection.
package enum WebSocketViolation: Error, Equatable, Sendable {
    /// §5.2: a reserved bit without an extension that gives it meaning.
    case reservedBits
    /// §5.2: opcodes 3-7 and 11-15.
    case reservedOpcode(UInt8)
    /// §5.5: a control frame of more than 125 bytes.
    case controlFrameTooLong
    /// §5.5: a control frame without FIN.
    case controlFrameFragmented
    /// §5.1: a client that does not mask.
    case frameNotMasked
    /// §5.1: a server that masks.
    case frameMasked
    /// §5.2: a length that a shorter form could have said.
    case lengthNotMinimal
    /// §5.2: a 64-bit length with the top bit set.
    case lengthOutOfRange
    /// §5.4: a continuation frame while no message is open.
    case continuationWithoutMessage
    /// §5.4: a new message while another is open.
    case messageInsideMessage
    /// §10.4: more bytes than `WebSocketLimits.messageBytes`.
    case messageTooBig
    /// §10.4: more frames than `WebSocketLimits.fragments`.
    case tooManyFragments
    /// §8.1: a text message that is not UTF-8.
    case invalidUTF8
    /// §5.5.1: a Close payload of one byte.
    case closePayloadTooShort
    /// §7.4: a code that may not be sent.
    case invalidCloseCode(UInt16)
    /// §5.5.1: a close reason that is not UTF-8.
    case invalidCloseReason
    /// RFC 7692 §7.2.2: compressed data that do not inflate.
    case corruptCompression

    /// The code that our Close frame carries for it.
    package var closeCode: CloseCode {
        switch self {
        case .reservedBits, .reservedOpcode, .controlFrameTooLong, .controlFrameFragmented, .frameNotMasked,
            .frameMasked, .lengthNotMinimal, .lengthOutOfRange, .continuationWithoutMessage, .messageInsideMessage,
            .closePayloadTooShort, .invalidCloseCode:
            .protocolError
        case .messageTooBig, .tooManyFragments:
            .messageTooBig
        case .invalidUTF8, .invalidCloseReason, .corruptCompression:
            .invalidPayload
        }
    }

    /// The reason that our Close frame carries: short, constant, and free of anything the peer sent but numbers.
    package var reason: String {
        switch self {
        case .reservedBits: "reserved bits set"
        case .reservedOpcode(let opcode): "reserved opcode \(opcode)"
        case .controlFrameTooLong: "control frame too long"
        case .controlFrameFragmented: "fragmented control frame"
        case .frameNotMasked: "frame not masked"
        case .frameMasked: "frame masked"
        case .lengthNotMinimal: "length not minimal"
        case .lengthOutOfRange: "length out of range"
        case .continuationWithoutMessage: "continuation without a message"
        case .messageInsideMessage: "new message inside a fragmented one"
        case .messageTooBig: "message too big"
        case .tooManyFragments: "too many fragments"
        case .invalidUTF8: "invalid UTF-8 in text message"
        case .closePayloadTooShort: "close payload of one byte"
        case .invalidCloseCode(let code): "invalid close code \(code)"
        case .invalidCloseReason: "invalid UTF-8 in close reason"
        case .corruptCompression: "corrupt compressed data"
        }
    }
}
