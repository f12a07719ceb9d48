// Ends of a session that the relay itself decides after the session has begun.

extension RelayError {
    /// The session has lived as long as `limits.max_session` lets it (protocol/realtime.md §9).
    package static func sessionExpired() -> Self {
        Self(
            status: 400,
            type: "invalid_request_error",
            code: "session_expired",
            message: "The session has reached its maximum duration. Open a new one.",
            closeCode: 1001,
            blame: .relay
        )
    }

    /// Nothing was said in either direction for `limits.idle_session`.
    package static func sessionIdle() -> Self {
        Self(
            status: 400,
            type: "invalid_request_error",
            code: "session_idle",
            message: "The session was idle for too long. Open a new one when there is something to say.",
            closeCode: 1001,
            blame: .relay
        )
    }

    /// An operator ended the session.
    package static func sessionEnded() -> Self {
        Self(
            status: 403,
            type: "permission_error",
            code: "session_ended",
            message: "The session was ended by whoever runs this relay.",
            closeCode: 1008,
            blame: .relay
        )
    }
}
