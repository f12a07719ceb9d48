// Bounds on an event stream, and the breach of each.

/// Bounds for one event stream.
package struct EventStreamLimits: Sendable, Equatable {
    /// Bytes of one line without its end.
    package var lineBytes = 4 * 1024 * 1024

    /// Bytes of one event, all its lines together.
    package var eventBytes = 8 * 1024 * 1024

    package init() {}
}

/// What can be wrong with an event stream; anything else is legal in one.
package enum EventStreamViolation: Error, Equatable, Sendable {
    case lineTooLong
    case eventTooLong

    /// A stable token for logs and metrics.
    package var code: String {
        switch self {
        case .lineTooLong: "event_line_too_long"
        case .eventTooLong: "event_too_long"
        }
    }
}
