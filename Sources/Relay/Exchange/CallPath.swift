// What a path asks of a model, and in whose words (protocol: http §0): the generating endpoints of the three dialects, the
// counting ones of two, and those of OpenAI that merely pass.

import Dialects
import HTTPFraming

/// A path that leads to a model.
struct CallPath: Equatable {
    enum Operation: Equatable {
        case generate
        /// Tokens of a request, without an answer.
        case count
        case passed(PassedEndpoint)
    }

    let dialect: ChatDialect
    let operation: Operation
    /// Gemini names the model in the path; the others in the body.
    let model: String?
    /// Gemini tells streams by the path; nil leaves it to the body.
    let isStream: Bool?

    init(_ dialect: ChatDialect, _ operation: Operation, model: String? = nil, isStream: Bool? = nil) {
        self.dialect = dialect
        self.operation = operation
        self.model = model
        self.isStream = isStream
    }

    /// Reads a path; nil if it leads to no model.
    init?(_ path: String) {
        switch path {
        case "/v1/chat/completions": self.init(.openai, .generate)
        case "/v1/messages": self.init(.claude, .generate)
        case "/v1/messages/count_tokens": self.init(.claude, .count)
        default:
            if path.hasPrefix("/v1/"), let endpoint = PassedEndpoint(rawValue: String(path.dropFirst(3))) {
                self.init(.openai, .passed(endpoint))
            } else {
                self.init(gemini: path)
            }
        }
    }

    /// `/{version}/models/{m}:verb`; `{m}` may hold "/", encoded or not, and the last ":" is the one that counts.
    private init?(gemini path: String) {
        guard let version = GeminiPath.versions.first(where: { path.hasPrefix($0) }), RequestTarget.isNormal(path),
            let rest = RequestTarget.decodeSegment(path.dropFirst(version.count)),
            let colon = rest.lastIndex(of: ":"), let model = GeminiPath.model(rest[..<colon])
        else { return nil }
        switch rest[rest.index(after: colon)...] {
        case "generateContent": self.init(.gemini, .generate, model: model, isStream: false)
        case "streamGenerateContent": self.init(.gemini, .generate, model: model, isStream: true)
        case "countTokens": self.init(.gemini, .count, model: model, isStream: false)
        default: return nil
        }
    }
}

extension CallPath {
    /// Whether any kind of body is an answer: sound, text, subtitles.
    var answersAnything: Bool {
        if case .passed(let endpoint) = self.operation { return endpoint.answersAnything }
        return false
    }

    /// What looks at a whole answer that passes.
    func scanner(_ dialect: ChatDialect) -> any CostScanner {
        if case .passed(let endpoint) = self.operation { return PassedAnswerScanner(endpoint.shape) }
        return dialect.answerScanner()
    }

    /// What passes a stream on, and what ends it where it breaks.
    func passedStream(
        _ dialect: ChatDialect,
        identity: AnswerIdentity,
        rewriteError: @escaping @Sendable (String) -> String
    ) -> PassedStream {
        switch self.operation {
        case .generate, .count, .passed(.completions):
            PassedStream(
                dialect.streamFilter(identity, rewriteError: rewriteError),
                failing: dialect.streamWriter(identity)
            )
        case .passed:
            PassedStream(PassedStreamFilter(rewriteError: rewriteError), failing: PassedErrorWriter())
        }
    }
}

/// How Gemini's paths are made.
enum GeminiPath {
    /// All that SDKs send; the listener treats them alike.
    static let versions = ["/v1beta/", "/v1/", "/v1alpha/"]
    private static let models = "models/"
    /// Collections whose names are part of a model's own.
    private static let others = ["tunedModels/", "publishers/"]

    /// The id in a resource name: `models/x` is x, `tunedModels/x` itself.
    static func model(_ name: Substring) -> String? {
        if name.hasPrefix(self.models) {
            let id = name.dropFirst(self.models.count)
            return id.isEmpty ? nil : String(id)
        }
        return self.others.contains { name.hasPrefix($0) && name.count > $0.count } ? String(name) : nil
    }

    /// A model's resource at an upstream: each segment encoded.
    static func resource(_ model: String) -> String {
        let isWhole = (self.others + [self.models]).contains { model.hasPrefix($0) }
        let segments = model.split(separator: "/", omittingEmptySubsequences: false)
            .map { RequestTarget.encodeQueryComponent(String($0)) }
        return "/" + (isWhole ? "" : self.models) + segments.joined(separator: "/")
    }
}

extension ChatDialect {
    /// In which dialect whoever sent this wants to be answered, refusals included (protocol: http §0).
    init(of head: RequestHead) {
        let path = head.path
        if let call = CallPath(path) {
            self = call.dialect
        } else if path.hasPrefix("/v1/messages") {
            self = .claude
        } else if path.hasPrefix("/v1beta/") || path.hasPrefix("/v1alpha/") {
            self = .gemini
        } else if path.hasPrefix("/v1/"), !Self.isOpenAIs(path) {
            self.init(ofShared: head)
        } else {
            self = .openai
        }
    }

    /// Endpoints that only OpenAI's clients know, and that lead to no model by themselves.
    private static func isOpenAIs(_ path: String) -> Bool {
        ["/v1/realtime", "/v1/files", "/v1/batches"].contains { path == $0 || path.hasPrefix($0 + "/") }
    }

    /// Where all three share a path, what else the client sends tells.
    private init(ofShared head: RequestHead) {
        let query = (try? RequestTarget.queryItems(head.query ?? "")) ?? []
        if head.fields["x-goog-api-key"] != nil || head.fields["x-goog-api-client"] != nil
            || query.contains(where: { $0.name == "key" || $0.name == "pageSize" || $0.name == "pageToken" })
        {
            self = .gemini
        } else if head.fields["anthropic-version"] != nil {
            self = .claude
        } else {
            self = .openai
        }
    }
}
