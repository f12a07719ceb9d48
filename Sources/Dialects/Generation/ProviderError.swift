// What a provider says when it refuses or fails, in OpenAI's words (protocol: http §6), whichever dialect it came in.

/// An error as a provider tells it.
package struct ProviderError: Error, Sendable, Equatable {
    /// The HTTP status that the body itself names; nil where only the head tells.
    package var status: Int?
    /// OpenAI's `type`, translated; nil where there is nothing to translate.
    package var type: String?
    package var code: String?
    /// In the provider's own words, unredacted.
    package var message: String
    package var param: String?
    /// Seconds after which trying again makes sense, where the body says so (Gemini's `RetryInfo`).
    package var retryAfter: Int?

    package init(
        status: Int? = nil,
        type: String? = nil,
        code: String? = nil,
        message: String,
        param: String? = nil,
        retryAfter: Int? = nil
    ) {
        self.status = status
        self.type = type
        self.code = code
        self.message = message
        self.param = param
        self.retryAfter = retryAfter
    }
}
