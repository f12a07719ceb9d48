// What a member that was found wanting in translation is called by the client that sent it: readers translate names on the way
// in, so a refusal, or the list of what was left out, has to be told in the client's own (protocol: http §4.3, §7).

/// Names of members in the three dialects.
package enum MemberNames {
    private static let claude = [
        "stop": "stop_sequences", "user": "metadata.user_id", "reasoning_effort": "thinking",
        "max_completion_tokens": "max_tokens", "response_format": "output_config.format",
        "parallel_tool_calls": "tool_choice.disable_parallel_tool_use",
    ]

    private static let gemini = [
        "messages": "contents", "system": "systemInstruction", "tool_choice": "toolConfig",
        "n": "generationConfig.candidateCount", "stop": "generationConfig.stopSequences",
        "max_tokens": "generationConfig.maxOutputTokens", "max_completion_tokens": "generationConfig.maxOutputTokens",
        "temperature": "generationConfig.temperature", "top_p": "generationConfig.topP",
        "top_k": "generationConfig.topK", "seed": "generationConfig.seed",
        "presence_penalty": "generationConfig.presencePenalty",
        "frequency_penalty": "generationConfig.frequencyPenalty",
        "logprobs": "generationConfig.responseLogprobs", "top_logprobs": "generationConfig.logprobs",
        "reasoning_effort": "generationConfig.thinkingConfig",
        "response_format": "generationConfig.responseJsonSchema", "service_tier": "serviceTier",
    ]

    /// What a client of this dialect calls a member that OpenAI calls `name`; names of its own stay.
    package static func name(_ name: String, in dialect: ChatDialect) -> String {
        switch dialect {
        case .openai: name
        case .claude: claude[name] ?? name
        case .gemini: gemini[name] ?? name
        }
    }
}
