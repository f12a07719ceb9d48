// A streamed answer of a chat model, in no provider's words: what readers of event streams say and writers are told.
//
// Order: `started` first and once; then texts, thoughts and calls; `finished` once per candidate; `usage` any number of
// times, the last one counts; then `ended`, or `failed`, after which nothing follows. A call's arguments follow its start;
// of several calls the fragments may interleave (some OpenAI-dialect upstreams do that).

/// One step of a streamed answer.
package enum GenerationEvent: Sendable, Equatable {
    /// What the provider calls the answer and the model, where it says so.
    case started(id: String?, model: String?)
    case text(String, candidate: Int)
    case refusal(String, candidate: Int)
    case thought(String, candidate: Int)
    /// Ends a thought. `origin` knows the signature as its own.
    case thoughtSignature(String, origin: ChatDialect, candidate: Int)
    case toolCallStarted(ToolCallStart, candidate: Int)
    /// The next piece of the arguments' JSON text; all pieces together are one object, or nothing for `{}`.
    case toolCallArguments(String, index: Int, candidate: Int)
    case finished(FinishReason, candidate: Int)
    /// Of the whole answer so far.
    case usage(ChatUsage)
    /// The provider says that it failed.
    case failed(ProviderError)
    /// The provider says that the answer is whole.
    case ended
}

/// The start of a function call in a streamed answer.
package struct ToolCallStart: Sendable, Equatable {
    /// Counts the calls of one candidate from 0.
    package var index: Int
    /// Never empty.
    package var id: String
    package var name: String
    /// Gemini's `thoughtSignature`.
    package var signature: String?

    package init(index: Int, id: String, name: String, signature: String? = nil) {
        self.index = index
        self.id = id
        self.name = name
        self.signature = signature
    }
}
