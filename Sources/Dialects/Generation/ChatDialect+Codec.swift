// Which codec belongs to which dialect: the only place that knows all three, so that whoever moves requests and answers
// need not.

extension ChatDialect {
    // MARK: Requests

    /// A request in this dialect; `isCount` for a question about its tokens alone.
    package func write(
        _ request: GenerationRequest,
        model: String,
        isCount: Bool,
        options: ConversionOptions
    ) throws(ConversionRefusal) -> TranslatedRequest {
        switch self {
        case .openai:
            try OpenAIRequestWriter.write(request, model: model, options: options)
        case .claude:
            if isCount {
                try ClaudeRequestWriter.writeCount(request, model: model, options: options)
            } else {
                try ClaudeRequestWriter.write(request, model: model, options: options)
            }
        case .gemini:
            if isCount {
                try GeminiRequestWriter.writeCount(request, model: model, options: options)
            } else {
                try GeminiRequestWriter.write(request, model: model, options: options)
            }
        }
    }

    // MARK: Answers

    /// Reads a whole answer; throws what the provider says instead of one.
    package func readResponse(_ body: [UInt8]) throws(ProviderError) -> GenerationResponse {
        switch self {
        case .openai: try OpenAIResponseReader.read(body)
        case .claude: try ClaudeResponseReader.read(body)
        case .gemini: try GeminiResponseReader.read(body)
        }
    }

    package func write(_ response: GenerationResponse, identity: AnswerIdentity) -> [UInt8] {
        switch self {
        case .openai: OpenAIResponseWriter.write(response, identity: identity)
        case .claude: ClaudeResponseWriter.write(response, identity: identity)
        case .gemini: GeminiResponseWriter.write(response, identity: identity)
        }
    }

    package func streamReader() -> any GenerationStreamReader {
        switch self {
        case .openai: OpenAIStreamReader()
        case .claude: ClaudeStreamReader()
        case .gemini: GeminiStreamReader()
        }
    }

    package func streamWriter(_ identity: AnswerIdentity) -> any GenerationStreamWriter {
        switch self {
        case .openai: OpenAIStreamWriter(identity: identity)
        case .claude: ClaudeStreamWriter(identity: identity)
        case .gemini: GeminiStreamWriter(identity: identity)
        }
    }

    /// What looks at a whole answer that passes.
    package func answerScanner() -> any CostScanner {
        switch self {
        case .openai: ChatAnswerScanner()
        case .claude: ClaudeAnswerScanner()
        case .gemini: GeminiAnswerScanner()
        }
    }

    /// What passes a stream on to a client who wants it as `identity` says.
    package func streamFilter(
        _ identity: AnswerIdentity,
        rewriteError: @escaping @Sendable (String) -> String
    ) -> any StreamFilter {
        switch self {
        case .openai: ChatStreamFilter(clientWantsUsage: identity.includesUsage, rewriteError: rewriteError)
        case .claude: ClaudeStreamFilter(rewriteError: rewriteError)
        case .gemini: GeminiStreamFilter(isJSONArray: identity.isJSONArray, rewriteError: rewriteError)
        }
    }

    /// What a waiting client may be sent before a stream's first event; nil where none bears it (protocol: http §1.8).
    package var keepAlive: [UInt8]? {
        switch self {
        case .openai: Array(": ping\n\n".utf8)
        case .claude: Array("event: ping\ndata: {\"type\": \"ping\"}\n\n".utf8)
        case .gemini: nil
        }
    }

    // MARK: Errors

    /// The status that the dialect uses for an error with this status and OpenAI's type.
    package func status(_ status: Int, type: String) -> Int {
        switch self {
        case .openai: OpenAIErrorBody.status(status, type: type)
        case .claude: ClaudeErrorBody.status(status, type: type)
        case .gemini: GeminiErrorBody.status(status, type: type)
        }
    }

    package func errorBody(_ error: ProviderError, status: Int, requestID: String) -> [UInt8] {
        switch self {
        case .openai: OpenAIErrorBody.body(error, status: status, requestID: requestID)
        case .claude: ClaudeErrorBody.body(error, status: status, requestID: requestID)
        case .gemini: GeminiErrorBody.body(error, status: status, requestID: requestID)
        }
    }

    /// What a provider of this dialect says in a body; nil when it tells no error, or is HTML and the like.
    package func parseError(_ body: [UInt8]) -> ProviderError? {
        switch self {
        case .openai: OpenAIErrorBody.parse(body)
        case .claude: ClaudeErrorBody.parse(body)
        case .gemini: GeminiErrorBody.parse(body)
        }
    }

    /// The object within the bytes of one event of a stream; nil where there is none.
    package func object(inEvent event: [UInt8]) -> [UInt8]? {
        guard let start = event.firstIndex(of: UInt8(ascii: "{")), let end = event.lastIndex(of: UInt8(ascii: "}")),
            start < end
        else { return nil }
        return Array(event[start...end])
    }

    // MARK: Counts

    /// The body that tells a count of tokens; OpenAI has none, and is told in Claude's words.
    package func countBody(_ tokens: Int) -> [UInt8] {
        switch self {
        case .openai, .claude: ClaudeTokenCount.body(tokens)
        case .gemini: GeminiTokenCount.body(tokens)
        }
    }

    /// The count in a body; nil if it tells none.
    package func parseCount(_ body: [UInt8]) -> Int? {
        switch self {
        case .openai, .claude: ClaudeTokenCount.parse(body)
        case .gemini: GeminiTokenCount.parse(body)
        }
    }
}

extension ChatStreamFilter: StreamFilter {}
extension ClaudeStreamFilter: StreamFilter {}
extension GeminiStreamFilter: FailingStreamFilter {}
extension PassedStreamFilter: StreamFilter {}
extension ChatAnswerScanner: CostScanner {}
extension PassedAnswerScanner: CostScanner {}
extension ClaudeAnswerScanner: CostScanner {}
extension GeminiAnswerScanner: CostScanner {}
extension OpenAIStreamReader: GenerationStreamReader {}
extension ClaudeStreamReader: GenerationStreamReader {}
extension GeminiStreamReader: GenerationStreamReader {}
extension OpenAIStreamWriter: GenerationStreamWriter {}
extension ClaudeStreamWriter: GenerationStreamWriter {}
extension GeminiStreamWriter: GenerationStreamWriter {}
