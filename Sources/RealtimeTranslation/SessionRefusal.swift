// Why a client event is refused, as the `error` event tells it (realtime §9). The session goes on after it, unchanged.

import Dialects

/// A refusal of one client event.
struct SessionRefusal: Error, Equatable, Sendable {
    var type = "invalid_request_error"
    let code: String
    let message: String
    var param: String?

    init(type: String = "invalid_request_error", code: String, message: String, param: String? = nil) {
        self.type = type
        self.code = code
        self.message = message
        self.param = param
    }

    static func missing(_ param: String) -> Self {
        Self(code: "missing_required_parameter", message: "Missing required parameter: '\(param)'.", param: param)
    }

    static func unknown(_ param: String) -> Self {
        let param = shortened(param)
        return Self(code: "unknown_parameter", message: "Unknown parameter: '\(param)'.", param: param)
    }

    /// A value of a type that the parameter does not have; `expected` names what it has, such as `a string`.
    static func type(_ param: String, _ expected: String) -> Self {
        Self(code: "invalid_type", message: "Invalid type for '\(param)': expected \(expected).", param: param)
    }

    static func value(_ param: String, _ reason: String) -> Self {
        Self(code: "invalid_value", message: "Invalid value for '\(param)': \(reason)", param: param)
    }

    /// What a realtime model can and this session cannot; `reason` says why and what would help.
    static func unsupported(_ param: String, _ reason: String) -> Self {
        Self(code: "unsupported_value", message: "Unsupported value for '\(param)': \(reason)", param: param)
    }

    /// Something the session holds would go over a bound of `ConversationLimits`.
    static func tooMuch(_ code: String, _ message: String, _ param: String? = nil) -> Self {
        Self(code: code, message: message, param: param)
    }

    /// Text of the client's as it may stand within a message: what it sent could be megabytes.
    static func shortened(_ text: String) -> String {
        text.utf8.count <= 128 ? text : String(text.unicodeScalars.prefix(64)) + "…"
    }

    /// The `error` member of the event; `eventID` is the client's own name of the refused event.
    func value(eventID: String?) -> JSONValue {
        [
            "type": .string(type), "code": .string(code), "message": .string(message), "param": .optional(param),
            "event_id": .optional(eventID),
        ]
    }
}
