// What a frame carries: RFC 6455 §5.2, table of §11.8. The values 3-7 and 11-15 are reserved and have no case here, so
// that a frame with one of them cannot be represented.

/// The opcode of a frame.
package enum Opcode: UInt8, Sendable {
    case continuation = 0
    case text = 1
    case binary = 2
    case close = 8
    case ping = 9
    case pong = 10

    /// §5.5: control frames are those with the high bit of the opcode set.
    package var isControl: Bool { self.rawValue & 0x8 != 0 }
}

/// What a whole message is, whatever number of frames it came in (RFC 6455 §5.6).
package enum MessageKind: Sendable, Equatable {
    case text
    case binary

    /// The opcode of the message's first frame.
    package var opcode: Opcode {
        switch self {
        case .text: .text
        case .binary: .binary
        }
    }
}
