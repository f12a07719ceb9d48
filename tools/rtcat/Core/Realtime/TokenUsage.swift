// What a response cost. Every field is optional on the wire and providers differ in which they send: what is missing is 0.

/// Token counts of one response.
package struct TokenUsage: Equatable, Sendable {
    package var input = 0
    package var output = 0
    package var inputText = 0
    package var inputAudio = 0
    package var cached = 0
    package var outputText = 0
    package var outputAudio = 0
    /// Whether text and audio were told apart.
    package var hasDetails = false

    package init() {}

    init(_ usage: JSONObject) {
        let inputDetails = usage.object("input_token_details")
        let outputDetails = usage.object("output_token_details")
        self.hasDetails = inputDetails != nil || outputDetails != nil
        self.input = usage.integer("input_tokens") ?? 0
        self.output = usage.integer("output_tokens") ?? 0
        self.inputText = inputDetails?.integer("text_tokens") ?? 0
        self.inputAudio = inputDetails?.integer("audio_tokens") ?? 0
        self.cached = inputDetails?.integer("cached_tokens") ?? 0
        self.outputText = outputDetails?.integer("text_tokens") ?? 0
        self.outputAudio = outputDetails?.integer("audio_tokens") ?? 0
    }

    package var text: String {
        guard self.hasDetails else { return "tokens in \(self.input) out \(self.output)" }
        return "tokens in \(self.input) (text \(self.inputText), audio \(self.inputAudio), cached \(self.cached))"
            + " out \(self.output) (text \(self.outputText), audio \(self.outputAudio))"
    }
}
