// How an answer ended (realtime §6, §7, §9), in the compact vocabulary's words.

internal import Dialects

/// Reads ends.
struct CompactEnd: Equatable {
    /// stop, length, content_filter, tool_calls, cancelled or error.
    let reason: String
    /// What went wrong, when something did.
    let failure: CompactRefusal?

    /// Reads the `response` of `response.done`; `calls` says whether tools are called in it.
    init(_ response: JSONValue, calls: Bool) {
        let details = response["status_details"] ?? [:]
        var failure: CompactRefusal?
        switch response["status"]?.string {
        case "cancelled": self.reason = "cancelled"
        case "incomplete": self.reason = details["reason"] == "content_filter" ? "content_filter" : "length"
        case "failed":
            self.reason = "error"
            failure = Self.refusal(details["error"] ?? [:])
        default: self.reason = calls ? "tool_calls" : "stop"
        }
        self.failure = failure
    }

    /// What an `error` says.
    static func refusal(_ error: JSONValue) -> CompactRefusal {
        var refusal = CompactRefusal(
            code: error["code"]?.string ?? "server_error",
            message: error["message"]?.string ?? "The model's side failed and did not say why.",
            param: error["param"]?.string.map(Self.parameter)
        )
        refusal.type = error["type"]?.string ?? "server_error"
        return refusal
    }

    private static func parameter(_ path: String) -> String {
        path == "session.max_output_tokens" ? "session.max_tokens" : path
    }

    /// The three sums of the first usage that tells anything; what is not told is 0.
    static func usage(_ places: [JSONValue?]) -> JSONValue {
        let usage = places.compactMap { $0 }.first { !$0.members.isEmpty }
        let input = usage?["input_tokens"]?.integer ?? 0
        let output = usage?["output_tokens"]?.integer ?? 0
        let sum = input.addingReportingOverflow(output)
        return [
            "input_tokens": .integer(input), "output_tokens": .integer(output),
            "total_tokens": .integer(usage?["total_tokens"]?.integer ?? (sum.overflow ? Int.max : sum.partialValue)),
        ]
    }

    /// The text of all messages that a response lists.
    static func text(of response: JSONValue) -> String {
        var text = ""
        for item in response["output"]?.elements ?? [] {
            for part in item["content"]?.elements ?? [] {
                text += part["text"]?.string ?? part["transcript"]?.string ?? ""
            }
        }
        return text
    }
}
