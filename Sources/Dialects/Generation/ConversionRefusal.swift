// What cannot be said in another dialect, and how strictly that is taken (protocol: http §7).

/// A request that cannot be translated without changing what its answer means; always answered with status 400.
package struct ConversionRefusal: Error, Sendable, Equatable {
    /// `invalid_json`, `invalid_type`, `invalid_value`, `missing_required_parameter`, `unsupported_parameter` or
    /// `unsupported_value`.
    package var code: String
    /// Where the fault is, in the client's own words, such as `messages[2].content[0]`.
    package var param: String?
    /// One or two sentences that name the reason and the remedy.
    package var message: String

    package init(code: String, param: String?, message: String) {
        self.code = code
        self.param = param
        self.message = message
    }
}

/// How a request is translated.
package struct ConversionOptions: Sendable, Equatable {
    /// Refuses also what would otherwise be dropped because it only tunes the answer.
    package var isStrict = false
    /// What Claude is told where the client sets no bound: the dialect demands one.
    package var defaultMaximumTokens = 4_096

    package init() {}
}

/// A request in an upstream's dialect.
package struct TranslatedRequest: Sendable, Equatable {
    package var body: [UInt8]
    /// Names of the client's members that were left out because they only tune the answer, each once.
    package var dropped: [String]

    package init(body: [UInt8], dropped: [String]) {
        self.body = body
        self.dropped = dropped
    }
}
