// What a relay must know of a body before it goes on, whichever of the forms it has: the model, whether a stream is wanted,
// how long the answer may become. The body itself stays as it is.

/// A request's body, looked at.
package struct RequestLook: Sendable {
    private enum Form: Sendable {
        case openai(ChatRequest)
        case claude(ClaudeRequestLook)
        case gemini(GeminiRequestLook)
        case passed(PassedRequest)
        case form(MultipartModel)
    }

    private let form: Form
    /// As it came.
    package let body: [UInt8]
    /// The model as the client calls it.
    package let model: String
    /// Whether the body asks for a stream; Gemini tells that by the path.
    package let isStream: Bool
    /// Whether an OpenAI client asked for the usage chunk.
    package let includesUsage: Bool
    /// The most tokens that all answers together may have; nil without a bound.
    package let boundedAnswerTokens: Int?

    /// Looks at a body of JSON; `model` is the one that Gemini's path names.
    package init(_ dialect: ChatDialect, body: [UInt8], model: String?) throws(ChatRequestViolation) {
        self.body = body
        switch dialect {
        case .openai:
            let look = try ChatRequest(body)
            form = .openai(look)
            self.model = look.model
            isStream = look.stream
            includesUsage = look.includeUsage
            boundedAnswerTokens = look.boundedAnswerTokens
        case .claude:
            let look = try ClaudeRequestLook(body)
            form = .claude(look)
            self.model = look.model
            isStream = look.stream
            includesUsage = false
            boundedAnswerTokens = look.boundedAnswerTokens
        case .gemini:
            let look = try GeminiRequestLook(body, model: model ?? "")
            form = .gemini(look)
            self.model = look.model
            isStream = false
            includesUsage = false
            boundedAnswerTokens = look.boundedAnswerTokens
        }
    }

    /// Looks at a body that merely passes; `usualModel` is meant where it names none.
    package init(passed body: [UInt8], usualModel: String?) throws(ChatRequestViolation) {
        let look = try PassedRequest(body)
        guard let model = look.model ?? usualModel else { throw .missingParameter("model") }
        form = .passed(look)
        self.body = body
        self.model = model
        isStream = look.stream
        includesUsage = look.includeUsage
        boundedAnswerTokens = look.maximumTokens.map { maximum in
            let (product, overflow) = maximum.multipliedReportingOverflow(by: look.choiceCount)
            return overflow ? .max : product
        }
    }

    /// Looks at a form with a file (RFC 7578).
    package init(form body: [UInt8], contentType: String) throws(FormViolation) {
        let look = try MultipartModel(body, contentType: contentType)
        form = .form(look)
        self.body = body
        model = look.model
        isStream = look.stream
        includesUsage = false
        boundedAnswerTokens = nil
    }

    /// The body for an upstream of the same dialect; `addUsage` asks an OpenAI stream to tell its usage.
    ///
    /// The name of a model never has a line break, so a form can always hold it.
    package func upstreamBody(model upstreamModel: String, addUsage: Bool) -> [UInt8] {
        switch form {
        case .openai(let look): look.upstreamBody(model: upstreamModel, addUsage: addUsage)
        case .claude(let look): look.upstreamBody(model: upstreamModel)
        case .gemini(let look): look.upstreamBody(model: upstreamModel)
        case .passed(let look): look.upstreamBody(model: upstreamModel, addUsage: addUsage)
        case .form(let look): look.upstreamBody(model: upstreamModel) ?? body
        }
    }

    /// The request in no provider's words; `isCount` for a question about its tokens alone.
    package func generationRequest(isCount: Bool, isStream: Bool) throws(ConversionRefusal) -> GenerationRequest {
        switch form {
        case .openai:
            return try OpenAIRequestReader.read(body)
        case .claude:
            return isCount ? try ClaudeRequestReader.readCount(body) : try ClaudeRequestReader.read(body)
        case .gemini:
            return isCount
                ? try GeminiRequestReader.readCount(body, model: model)
                : try GeminiRequestReader.read(body, model: model, isStream: isStream)
        case .passed, .form:
            throw ConversionRefusal(
                code: "unsupported_value",
                param: nil,
                message: "This endpoint is OpenAI's own: its requests cannot be translated for another provider."
            )
        }
    }
}

extension ChatRequest {
    /// The most that all answers together may have; nil without a bound.
    var boundedAnswerTokens: Int? {
        maximumTokens.map { maximum in
            let (product, overflow) = maximum.multipliedReportingOverflow(by: choiceCount)
            return overflow ? .max : product
        }
    }
}
