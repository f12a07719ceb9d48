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

    /// A client that was answered before it said what it wants has not said it.
    package static func firstMessageTooLate() -> Self {
        Self(
            status: 408,
            type: "invalid_request_error",
            code: "handshake_timeout",
            message: "No first message came. Send session.update with session.model as soon as the connection is "
                + "open, or name the model in the query: /v1/realtime?model=…",
            closeCode: 4000
        )
    }

    /// A client that speaks Gemini Live has not sent its setup; short enough for the reason of a close frame.
    package static func setupTooLate() -> Self {
        var error = firstMessageTooLate()
        error.message = "No setup came. Send it right after the connection is open."
        return error
    }

    /// An event that cannot be taken for one event only, so that nobody can tell what it asks for.
    package static func invalidEvent() -> Self {
        invalidRequest(
            code: "invalid_event",
            message: "The event is not a JSON object in which each name stands once. It was not passed on."
        )
    }

    /// An event that has to be read before it is passed on, and is too large for that.
    package static func eventTooLarge(limitBytes: Int) -> Self {
        var error = tooLarge(limitBytes: limitBytes)
        error.message = "An event of this kind may have \(limitBytes) bytes. It was not passed on."
        return error
    }

    /// 403: a client secret was shown where only a key will do.
    package static func secretNotAllowed() -> Self {
        Self(
            status: 403,
            type: "permission_error",
            code: "client_secret_not_allowed",
            message: "A client secret opens what it was made for and nothing else. Use the API key for this.",
            closeCode: 3003
        )
    }
}
