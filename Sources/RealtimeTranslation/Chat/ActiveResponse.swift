// A response under way (realtime §6, §8).
//
// States: waiting for transcriptions → generating → (speaking, when the answer is whole but not all of it was said) → over,
// when it leaves the session's list. Every way out goes by `ResponseEnd`.

import Dialects

/// How a response ends.
enum ResponseEnd: Sendable, Equatable {
    case completed
    /// `max_output_tokens` or `content_filter`.
    case incomplete(reason: String)
    /// `client_cancelled`.
    case cancelled(reason: String)
    case failed(ProviderError)

    /// What becomes of items that are open then.
    var itemStatus: ConversationItem.Status {
        switch self {
        case .completed: .completed
        case .incomplete, .cancelled, .failed: .incomplete
        }
    }

    var status: String {
        switch self {
        case .completed: "completed"
        case .incomplete: "incomplete"
        case .cancelled: "cancelled"
        case .failed: "failed"
        }
    }

    /// `status_details` of the response object.
    var details: JSONValue {
        switch self {
        case .completed: nil
        case .incomplete(let reason), .cancelled(let reason): ["type": .string(status), "reason": .string(reason)]
        case .failed(let error):
            [
                "type": "failed",
                "error": [
                    "type": .string(error.type ?? "server_error"), "code": .optional(error.code),
                    "message": .string(error.message.isEmpty ? "The provider failed." : error.message),
                ],
            ]
        }
    }
}

/// An item that a response is made from in place of the conversation's.
enum ResponseInput: Sendable, Equatable {
    case own(ConversationItem)
    /// One of the conversation's, by its id.
    case referred(String)
}

/// One response.
struct ActiveResponse: Sendable {
    enum Phase: Sendable, Equatable {
        case waiting(for: Set<ChatWork>)
        case generating
        /// All is said by the model, not all by the voice.
        case speaking(ResponseEnd)
    }

    let id: String
    /// The answer that is asked for.
    let work: ChatWork
    let settings: ResponseSettings
    /// Null for an out-of-band response.
    let conversationID: String?
    /// What the model is shown in place of the conversation.
    let input: [ResponseInput]?
    var phase = Phase.generating
    var output: [OutputItem] = []
    var usage: ChatUsage?
    /// Why the model stopped, once it has.
    var finish: FinishReason?
    /// The thought under way, and signed ones that the next item will carry.
    var thought = ""
    var thoughts: [Thought] = []
    var speech: SpeechQueue
    var encoder: SpeechEncoder
    /// Bytes of all that the answer has said.
    var byteCount = 0

    init(
        id: String,
        work: ChatWork,
        settings: ResponseSettings,
        conversationID: String?,
        input: [ResponseInput]?,
        limits: ConversationLimits
    ) {
        self.id = id
        self.work = work
        self.settings = settings
        self.conversationID = conversationID
        self.input = input
        self.speech = SpeechQueue(limits: limits)
        self.encoder = SpeechEncoder(settings.audioFormat)
    }

    /// The response object; `end` is nil while it is under way.
    func value(end: ResponseEnd?) -> JSONValue {
        let head: JSONValue = [
            "object": "realtime.response", "id": .string(id), "status": .string(end?.status ?? "in_progress"),
            "status_details": end?.details ?? nil, "output": .array(output.map(\.item.value)),
            "conversation_id": .optional(conversationID),
        ]
        let usage = end.flatMap { usageValue($0) }
        return .object(head.members + settings.shown + [JSONField("usage", usage ?? nil)])
    }

    /// Nil where the provider has counted nothing: whoever bills makes an estimate.
    private func usageValue(_ end: ResponseEnd) -> JSONValue? {
        guard let usage else { return nil }
        let isCut =
            switch end {
            case .completed, .incomplete: false
            case .cancelled, .failed: finish == nil
            }
        let spoken = output.reduce(0) { $0 + $1.milliseconds }
        return ResponseUsage(usage, spokenMilliseconds: spoken, cutBytes: isCut ? byteCount : nil).value
    }

    /// How the answer ends when the provider says that it is whole.
    var usualEnd: ResponseEnd {
        switch finish {
        case .length?: .incomplete(reason: "max_output_tokens")
        case .contentFilter?: .incomplete(reason: "content_filter")
        case .stop?, .stopSequence?, .toolCalls?, .pause?, nil: .completed
        }
    }
}
