// A whole answer of a chat model, in no provider's words.

/// An answer of a chat model.
package struct GenerationResponse: Sendable, Equatable {
    /// The provider's id of the answer; nil where it tells none.
    package var id: String?
    /// The model as the provider calls it; nil where it tells none.
    package var model: String?
    /// Seconds since 1970; nil where the provider tells none.
    package var created: Int64?
    /// One, unless more were asked for.
    package var candidates: [GenerationCandidate]
    package var usage: ChatUsage?

    package init(
        id: String? = nil,
        model: String? = nil,
        created: Int64? = nil,
        candidates: [GenerationCandidate],
        usage: ChatUsage? = nil
    ) {
        self.id = id
        self.model = model
        self.created = created
        self.candidates = candidates
        self.usage = usage
    }
}

/// One of the answers that were asked for.
package struct GenerationCandidate: Sendable, Equatable {
    package var index: Int
    package var parts: [GenerationPart]
    package var finish: FinishReason

    package init(index: Int = 0, parts: [GenerationPart], finish: FinishReason) {
        self.index = index
        self.parts = parts
        self.finish = finish
    }
}

/// Why an answer ended (protocol: http §4.5).
package enum FinishReason: Sendable, Equatable {
    case stop
    /// Ended by one of the request's stop sequences; nil where it is not told which.
    case stopSequence(String?)
    case length
    case toolCalls
    case contentFilter
    /// Claude's `pause_turn`: a long turn that may be taken up again.
    case pause
}
