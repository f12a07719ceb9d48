// What an upstream's realtime events mean to the meter (protocol: realtime §5, and §11 for the older names).

/// What an event of an upstream's is about.
package enum RealtimeServerEventKind: Sendable, Equatable {
    /// `response.created`
    case responseCreated
    /// `response.done`
    case responseDone
    /// `conversation.item.input_audio_transcription.completed`
    case transcriptionCompleted
    /// A delta of text, of a transcript, of arguments.
    case textDelta
    /// A delta of audio, in base64.
    case audioDelta
    case error
    case other

    package init(_ type: EventType) {
        if type.matches("response.output_audio.delta") || type.matches("response.audio.delta") {
            self = .audioDelta
        } else if Self.isText(type) {
            self = .textDelta
        } else if type.matches("response.done") {
            self = .responseDone
        } else if type.matches("response.created") {
            self = .responseCreated
        } else if type.matches("conversation.item.input_audio_transcription.completed") {
            self = .transcriptionCompleted
        } else if type.matches("error") {
            self = .error
        } else {
            self = .other
        }
    }

    private static func isText(_ type: EventType) -> Bool {
        type.matches("response.output_audio_transcript.delta") || type.matches("response.output_text.delta")
            || type.matches("response.function_call_arguments.delta")
            || type.matches("response.audio_transcript.delta") || type.matches("response.text.delta")
            || type.matches("response.mcp_call_arguments.delta")
    }

    /// Whether the content of such an event matters even when it comes in pieces.
    package var isKept: Bool {
        switch self {
        case .responseCreated, .responseDone, .transcriptionCompleted, .error: true
        case .textDelta, .audioDelta, .other: false
        }
    }
}

/// What a delta holds.
package struct RealtimeDelta: Sendable, Equatable {
    package var responseID: String?
    /// Length of the value of `delta` as it stands in the event.
    package var bytes = 0

    /// About what stands around the value of a delta.
    private static let envelope = 220

    /// Reads a delta; its own id only if asked, which allocates.
    package init(_ message: borrowing Span<UInt8>, wantsID: Bool) {
        Members.visit(message, 0..<message.count) { member in
            if member.isNamed("delta", in: message) {
                self.bytes = max(0, member.value.count - 2)
            } else if wantsID, member.isNamed("response_id", in: message) {
                self.responseID = member.string(in: message)
            }
        }
    }

    /// A delta that is known by the length of its event alone.
    package init(eventBytes: Int) {
        self.bytes = max(0, eventBytes - Self.envelope)
    }
}

/// What an `error` event says of the event that it answers.
package struct RealtimeErrorEvent: Sendable, Equatable {
    /// `event_id` of the client's event.
    package var causedBy: String?
    package var code: String?

    package init(_ message: borrowing Span<UInt8>) {
        Members.visit(message, 0..<message.count) { member in
            guard member.isNamed("error", in: message), member.kind == .object else { return }
            Members.visit(message, member.value) { inner in
                if inner.isNamed("event_id", in: message) {
                    self.causedBy = inner.string(in: message)
                } else if inner.isNamed("code", in: message) {
                    self.code = inner.string(in: message)
                }
            }
        }
    }
}
