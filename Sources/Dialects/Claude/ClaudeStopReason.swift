// Why an answer ended, in Claude's words and back (protocol: http §4.5).

/// Translates `stop_reason`.
enum ClaudeStopReason {
    /// A reason that is not known yet is an end like any other.
    static func read(_ reason: String, sequence: String?) -> FinishReason {
        switch reason {
        case "stop_sequence": .stopSequence(sequence)
        case "max_tokens", "model_context_window_exceeded": .length
        case "tool_use": .toolCalls
        case "refusal": .contentFilter
        case "pause_turn": .pause
        default: .stop
        }
    }

    /// The reason and the stop sequence; `refuses` when the answer holds a refusal, `calls` when it holds a call.
    static func write(
        _ reason: FinishReason,
        refuses: Bool,
        calls: Bool
    ) -> (reason: String, sequence: String?) {
        switch reason {
        case .stop: (refuses ? "refusal" : calls ? "tool_use" : "end_turn", nil)
        case .stopSequence(let sequence): ("stop_sequence", sequence)
        case .length: ("max_tokens", nil)
        case .toolCalls: ("tool_use", nil)
        case .contentFilter: ("refusal", nil)
        case .pause: ("pause_turn", nil)
        }
    }
}
