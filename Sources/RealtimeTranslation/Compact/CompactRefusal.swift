// What can be wrong with a client's message in the compact vocabulary.

internal import Dialects

/// Why a message is not taken; told by an `error` event.
package struct CompactRefusal: Error, Equatable, Sendable {
    /// As `error.type` of the OpenAI API has it (realtime §9).
    package var type = "invalid_request_error"
    package var code: String
    /// One sentence.
    package var message: String
    /// The path of the offending member.
    package var param: String?
    /// The client's own name for its message.
    package var eventID: String?

    package init(code: String, message: String, param: String? = nil, eventID: String? = nil) {
        self.code = code
        self.message = message
        self.param = param
        self.eventID = eventID
    }

    static func missing(_ path: String) -> CompactRefusal {
        CompactRefusal(
            code: "missing_required_parameter",
            message: "Missing required parameter: '\(path)'.",
            param: path
        )
    }

    /// `expected` follows "must be".
    static func invalid(_ path: String, _ expected: String) -> CompactRefusal {
        CompactRefusal(code: "invalid_value", message: "'\(path)' must be \(expected).", param: path)
    }

    static let notJSON = CompactRefusal(
        code: "invalid_json",
        message: "A message must be a JSON object with a 'type'."
    )

    /// The event that tells it before there is a conversation.
    package var event: [UInt8] {
        CompactEvent(conversationID: nil).error(self).rendered
    }

    /// The value of `error` of the event.
    var json: JSONValue {
        [
            "type": .string(self.type), "code": .string(self.code), "message": .string(self.message),
            "param": .optional(self.param), "event_id": .optional(self.eventID),
        ]
    }
}
