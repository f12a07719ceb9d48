// The 2 to 14 bytes in front of every payload: RFC 6455 §5.2.
//
//     FIN RSV1-3 opcode(4) | MASK length(7) | extended length(0, 16 or 64) | masking key(0 or 32)
//
// A header value is always a legal one: `FrameParser` refuses everything else before it makes one.

/// The header of one frame.
package struct FrameHeader: Equatable, Sendable {
    /// The longest header there is.
    package static let maximumLength = 14

    /// The longest payload of a control frame (§5.5).
    package static let maximumControlPayload = 125

    package var isFinal: Bool
    /// RSV1, which permessage-deflate sets on the first frame of a compressed message (RFC 7692 §6).
    package var isCompressed: Bool
    package var opcode: Opcode
    package var payloadLength: Int
    /// The masking key as `Masking` wants it; nil for a frame that is not masked.
    package var maskingKey: UInt32?

    package init(
        isFinal: Bool = true,
        isCompressed: Bool = false,
        opcode: Opcode,
        payloadLength: Int,
        maskingKey: UInt32? = nil
    ) {
        self.isFinal = isFinal
        self.isCompressed = isCompressed
        self.opcode = opcode
        self.payloadLength = payloadLength
        self.maskingKey = maskingKey
    }

    /// Bytes that the header of such a frame takes.
    package static func encodedLength(payloadLength: Int, masked: Bool) -> Int {
        let withoutKey =
            if payloadLength <= 125 {
                2
            } else if payloadLength <= 0xFFFF {
                4
            } else {
                10
            }
        return masked ? withoutKey + 4 : withoutKey
    }

    package var encodedLength: Int {
        Self.encodedLength(payloadLength: self.payloadLength, masked: self.maskingKey != nil)
    }
}
