// Why an answer ended, in OpenAI's words (protocol: http §4.5).

/// Names of finish reasons.
enum OpenAIFinishReason {
    /// `hasCalls` tells whether the candidate called functions: then "stop" is only the end of the calls, which is how
    /// OpenAI ends an answer whose function was chosen by the client, and compatibles any.
    static func read(_ name: String?, hasCalls: Bool) -> FinishReason {
        switch name {
        case "length": .length
        case "content_filter": .contentFilter
        case "tool_calls", "function_call": .toolCalls
        default: hasCalls ? .toolCalls : .stop
        }
    }

    static func name(_ reason: FinishReason, hasCalls: Bool) -> StaticString {
        switch reason {
        case .stop, .stopSequence, .pause: hasCalls ? "tool_calls" : "stop"
        case .length: "length"
        case .toolCalls: "tool_calls"
        case .contentFilter: "content_filter"
        }
    }
}
