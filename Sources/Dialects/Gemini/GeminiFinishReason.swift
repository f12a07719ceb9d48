// Why Gemini ended (protocol: http §3.3, §4.5).

/// Translates finish reasons.
enum GeminiFinishReason {
    /// A reason, or nil where it tells that the model failed and that the candidate, which has no content, is worth nothing.
    static func read(_ reason: String, hasContent: Bool, hasCalls: Bool) -> FinishReason? {
        switch reason {
        case "MAX_TOKENS", "CONTINUATION":
            // The rest of an answer that is to be continued can be had from Gemini alone: to others it is cut.
            .length
        case "SAFETY", "RECITATION", "BLOCKLIST", "PROHIBITED_CONTENT", "SPII", "MODEL_ARMOR", "IMAGE_SAFETY",
            "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION":
            .contentFilter
        case "MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL", "TOO_MANY_TOOL_CALLS", "MISSING_THOUGHT_SIGNATURE",
            "MALFORMED_RESPONSE":
            hasContent ? (hasCalls ? .toolCalls : .stop) : nil
        default:
            hasCalls ? .toolCalls : .stop
        }
    }

    static func write(_ reason: FinishReason) -> String {
        switch reason {
        case .stop, .stopSequence, .toolCalls, .pause: "STOP"
        case .length: "MAX_TOKENS"
        case .contentFilter: "SAFETY"
        }
    }

    /// What the model did wrong, as an error of the provider's.
    static func failure(_ reason: String) -> ProviderError {
        ProviderError(
            status: 502,
            type: "api_error",
            code: "bad_gateway",
            message: "The model ended without an answer (\(reason))."
        )
    }
}
