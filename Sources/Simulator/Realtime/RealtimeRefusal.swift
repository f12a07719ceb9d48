// Errors of the realtime protocol: what an `error` event says about a client event (protocol shape
// `{"type","code","message","param","event_id"}`). The session goes on after them.

import Dialects

/// Why a client event was refused.
package struct RealtimeRefusal: Error, Equatable, Sendable {
    package var type = "invalid_request_error"
    package let code: String
    package let message: String
    package var param: String?

    package init(type: String = "invalid_request_error", code: String, message: String, param: String? = nil) {
        self.type = type
        self.code = code
        self.message = message
        self.param = param
    }

    static func missing(_ param: String) -> RealtimeRefusal {
        RealtimeRefusal(
            code: "missing_required_parameter",
            message: "Missing required parameter: '\(param)'.",
            param: param
        )
    }

    static func unknown(_ param: String) -> RealtimeRefusal {
        RealtimeRefusal(code: "unknown_parameter", message: "Unknown parameter: '\(param)'.", param: param)
    }

    static func invalid(_ param: String, _ reason: String) -> RealtimeRefusal {
        RealtimeRefusal(code: "invalid_value", message: "Invalid value for '\(param)': \(reason)", param: param)
    }

    /// The `error` member of the event; `eventID` is the client's own id of the offending event.
    func json(eventID: String?) -> JSONValue {
        [
            "type": .string(self.type), "code": .string(self.code), "message": .string(self.message),
            "param": .optional(self.param), "event_id": .optional(eventID),
        ]
    }
}
