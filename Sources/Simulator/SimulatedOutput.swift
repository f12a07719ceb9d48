// What a simulated session wants put on the wire.

/// One order to whoever owns the connection.
///
/// `at` is when it became due on the session's clock, in nanoseconds.
package enum SimulatedOutput: Equatable, Sendable {
    /// A text message.
    case send([UInt8], at: Int64)
    /// A binary message.
    case sendBinary([UInt8], at: Int64)
    /// A close frame, after which the connection ends by the closing handshake.
    ///
    /// A fault may order a code that must not travel (RFC 6455 §7.4.1); the driver sends that below its framing.
    case close(code: UInt16, reason: String, at: Int64)
    /// End the TCP connection at once: no close frame, no close_notify.
    case cut(at: Int64)
    /// Bytes to write below the framing layer, valid or not.
    case raw([UInt8], at: Int64)
}
