// A response as the client has been told of it so far (protocol: realtime §6).

import Dialects

/// One content part of an output item.
struct LivePart: Sendable {
    enum Kind: Sendable, Equatable {
        case audio
        case text
    }

    let kind: Kind
    /// The transcript of audio, or the text.
    var text = ""

    /// The part as content of its item.
    var content: JSONValue {
        switch kind {
        case .audio: ["type": "output_audio", "transcript": .string(text)]
        case .text: ["type": "output_text", "text": .string(text)]
        }
    }

    /// The `part` of `response.content_part.added` and `.done`.
    var part: JSONValue {
        switch kind {
        case .audio: ["type": "audio", "transcript": .string(text)]
        case .text: ["type": "text", "text": .string(text)]
        }
    }
}

/// The message that is being said.
struct LiveMessage: Sendable {
    let id: String
    let outputIndex: Int
    var parts: [LivePart] = []

    func item(status: String) -> JSONValue {
        [
            "id": .string(id), "object": "realtime.item", "type": "message", "status": .string(status),
            "role": "assistant", "content": .array(parts.map(\.content)),
        ]
    }
}

/// One response, from `response.created` to `response.done`.
struct LiveResponse: Sendable {
    /// How it ends.
    enum Ending: Sendable, Equatable {
        case completed
        case cancelled(reason: String)
        case failed(code: String, message: String)

        var status: String {
            switch self {
            case .completed: "completed"
            case .cancelled: "cancelled"
            case .failed: "failed"
            }
        }

        var details: JSONValue {
            switch self {
            case .completed: .null
            case .cancelled(let reason): ["type": "cancelled", "reason": .string(reason)]
            case .failed(let code, let message):
                [
                    "type": "failed",
                    "error": ["type": "server_error", "code": .string(code), "message": .string(message)],
                ]
            }
        }
    }

    let id: String
    let metadata: JSONValue
    /// Items that are done.
    var output: [JSONValue] = []
    /// How many items there have been.
    var itemCount = 0
    var message: LiveMessage?
    /// Whether it has more than a transcript, which can come late.
    var hasSubstance = false
    /// Set when everything was said but `response.done`, which waits for usage until that moment.
    var ending: (how: Ending, by: Int64)?

    init(id: String, metadata: JSONValue) {
        self.id = id
        self.metadata = metadata
    }

    /// The `response` of an event.
    func object(_ ending: Ending?, conversation: String, settings: LiveSettings, usage: JSONValue) -> JSONValue {
        [
            "object": "realtime.response", "id": .string(id), "status": .string(ending?.status ?? "in_progress"),
            "status_details": ending?.details ?? .null, "output": .array(output),
            "conversation_id": .string(conversation), "output_modalities": settings["output_modalities"],
            "max_output_tokens": settings["max_output_tokens"], "audio": ["output": settings["audio.output"]],
            "usage": usage, "metadata": metadata,
        ]
    }
}
