// What the next response of a conversation will be billed as input, as far as anybody knows before it is made
// (protocol: realtime §7): every response is billed the whole conversation again, so what the last one was told to have
// cost is the best beginning, and what was said since is added by the rule of thumb.

/// The input that a conversation has grown to.
package struct ConversationEstimate: Sendable, Equatable {
    /// What the last response told, its output counted as input from now on.
    private var known = TokenCounts()
    private var textBytes = 0
    private var audioBytes = 0

    package init() {}

    /// Text came in: an item, instructions; with the JSON around it.
    package mutating func hearText(bytes: Int) {
        self.textBytes = self.textBytes.saturatingSum(bytes)
    }

    /// Audio came in, in base64.
    package mutating func hearAudio(base64Bytes: Int) {
        self.audioBytes = self.audioBytes.saturatingSum(base64Bytes)
    }

    /// A response was billed, or estimated, at this.
    package mutating func learn(_ tokens: TokenCounts) {
        var next = TokenCounts()
        next.inputText = tokens.inputText.saturatingSum(tokens.outputText)
        next.inputAudio = tokens.inputAudio.saturatingSum(tokens.outputAudio)
        next.inputImage = tokens.inputImage
        self = ConversationEstimate()
        self.known = next
    }

    /// The input of a response that is made now; nothing of it is taken to be cached.
    package var input: TokenCounts {
        var tokens = self.known
        tokens.inputText = tokens.inputText.saturatingSum(TokenEstimate.text(bytes: self.textBytes))
        tokens.inputAudio = tokens.inputAudio.saturatingSum(TokenEstimate.audioIn(base64Bytes: self.audioBytes))
        return tokens
    }
}

extension Int {
    /// A sum of counts that a peer's numbers can only bring to an end, never beyond it.
    func saturatingSum(_ other: Int) -> Int {
        let (sum, overflow) = self.addingReportingOverflow(Swift.max(0, other))
        return overflow ? .max : sum
    }
}
