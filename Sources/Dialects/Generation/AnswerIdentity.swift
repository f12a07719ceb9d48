// What a translated answer says of itself where the provider says nothing that its reader could use.

/// Names and options of one answer in the client's dialect; made by whoever does the work, since nothing here is random or
/// knows the time.
package struct AnswerIdentity: Sendable, Equatable {
    /// Letters and digits, unique: writers put `chatcmpl-`, `msg_` and the like before it.
    package var token: String
    /// Seconds since 1970.
    package var created: Int64
    /// The model as the client called it: for providers that do not name theirs.
    package var model: String
    /// Whether an OpenAI client asked for the usage chunk of a stream.
    package var includesUsage: Bool
    /// Input tokens as estimated: what a Claude stream tells at its start, when the provider has told nothing yet.
    package var estimatedInputTokens: Int
    /// Whether OpenAI clients are shown thoughts, as `reasoning_content`.
    package var showsThoughts: Bool
    /// Whether a Gemini stream is a JSON array rather than server-sent events.
    package var isJSONArray: Bool

    package init(
        token: String,
        created: Int64,
        model: String,
        includesUsage: Bool = false,
        estimatedInputTokens: Int = 0,
        showsThoughts: Bool = true,
        isJSONArray: Bool = false
    ) {
        self.token = token
        self.created = created
        self.model = model
        self.includesUsage = includesUsage
        self.estimatedInputTokens = estimatedInputTokens
        self.showsThoughts = showsThoughts
        self.isJSONArray = isJSONArray
    }
}
