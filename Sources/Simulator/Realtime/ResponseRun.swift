// A response under way: what it will say, how far it is, and when its next event is due.
//
// Phases: opening → speaking (piece by piece) → opening the next item or finished.

import Dialects

/// Where a response stands.
enum ResponsePhase: Equatable, Sendable {
    case opening
    case speaking(piece: Int)
    case finished
}

/// How a response or an item of it ended.
enum ResponseEnd: Equatable, Sendable {
    case completed
    case cancelled(reason: String)
    case incomplete(reason: String)
    case failed

    var status: String {
        switch self {
        case .completed: "completed"
        case .cancelled: "cancelled"
        case .incomplete: "incomplete"
        case .failed: "failed"
        }
    }

    /// An item knows only two ends.
    var itemStatus: String {
        self == .completed ? "completed" : "incomplete"
    }

    var details: JSONValue {
        switch self {
        case .completed: .null
        case .cancelled(let reason): ["type": "cancelled", "reason": .string(reason)]
        case .incomplete(let reason): ["type": "incomplete", "reason": .string(reason)]
        case .failed:
            [
                "type": "failed",
                "error": [
                    "type": "server_error", "code": "simulated_failure",
                    "message": "The simulator was asked to fail here.",
                ],
            ]
        }
    }
}

/// A response.
struct ResponseRun: Sendable {
    let id: String
    let request: ResponseRequest
    let plan: [PlannedItem]
    let input: InputTokens
    var dueAt: Int64
    var phase = ResponsePhase.opening
    /// Which item of the plan is next or open.
    var itemIndex = 0
    /// The open item.
    var itemID = ""
    var callID = ""
    var spoken = ""
    var spokenMilliseconds = 0
    /// Items that are done, as `response.done` lists them.
    var output: [JSONValue] = []
    var outputText = 0
    var outputAudio = 0

    init(id: String, request: ResponseRequest, plan: [PlannedItem], input: InputTokens, dueAt: Int64) {
        self.id = id
        self.request = request
        self.plan = plan
        self.input = input
        self.dueAt = dueAt
    }

    /// The item of the plan that is next or open; nil behind the last.
    var planned: PlannedItem? {
        self.itemIndex < self.plan.count ? self.plan[self.itemIndex] : nil
    }

    var isItemOpen: Bool {
        if case .speaking = self.phase { true } else { false }
    }

    /// The piece before which a fault strikes: the middle of the first item.
    var faultPiece: Int {
        (self.plan.first?.pieces.count ?? 0) / 2
    }

    /// Output tokens with the open item included.
    var tokensSoFar: Int {
        self.outputText + self.outputAudio + TokenCount.text(self.spoken)
            + TokenCount.spoken(milliseconds: self.spokenMilliseconds)
    }

    /// The open or just finished item as clients see it.
    func itemJSON(status: String) -> JSONValue {
        switch self.planned {
        case .call(let name, _)?:
            return [
                "id": .string(self.itemID), "object": "realtime.item", "type": "function_call",
                "status": .string(status), "call_id": .string(self.callID), "name": .string(name),
                "arguments": .string(self.spoken),
            ]
        case .message?, nil:
            let part: JSONValue =
                self.request.speaks
                ? ["type": "output_audio", "transcript": .string(self.spoken)]
                : ["type": "output_text", "text": .string(self.spoken)]
            return [
                "id": .string(self.itemID), "object": "realtime.item", "type": "message", "status": .string(status),
                "role": "assistant", "content": status == "in_progress" ? [] : [part],
            ]
        }
    }

    /// The response as clients see it; without an end it is in progress.
    func json(end: ResponseEnd?, conversationID: String, hasUsage: Bool) -> JSONValue {
        [
            "object": "realtime.response", "id": .string(self.id), "status": .string(end?.status ?? "in_progress"),
            "status_details": end?.details ?? .null, "output": .array(self.output),
            "conversation_id": self.request.isOutOfBand ? .null : .string(conversationID),
            "output_modalities": self.request.speaks ? ["audio"] : ["text"],
            "max_output_tokens": self.request.maxTokens.map(JSONValue.integer) ?? "inf",
            "audio": ["output": ["format": self.request.format.json, "voice": self.request.voice]],
            "usage": end != nil && hasUsage ? self.usage : .null, "metadata": self.request.metadata,
        ]
    }

    private var usage: JSONValue {
        let output = self.outputText + self.outputAudio
        return [
            "total_tokens": .integer(self.input.total + output), "input_tokens": .integer(self.input.total),
            "output_tokens": .integer(output),
            "input_token_details": [
                "text_tokens": .integer(self.input.text), "audio_tokens": .integer(self.input.audio),
                "image_tokens": .integer(self.input.image),
                "cached_tokens": .integer(self.input.cachedText + self.input.cachedAudio),
                "cached_tokens_details": [
                    "text_tokens": .integer(self.input.cachedText), "audio_tokens": .integer(self.input.cachedAudio),
                    "image_tokens": 0,
                ],
            ],
            "output_token_details": [
                "text_tokens": .integer(self.outputText), "audio_tokens": .integer(self.outputAudio),
            ],
        ]
    }
}
