// Which path asks what, in whose words, and how Gemini's are made (protocol: http §0, §3.1).

import Dialects
import HTTPFraming
import Testing

@testable import Relay

@Suite("CallPath")
struct CallPathTests {
    @Test(
        "§0: paths that lead to a model",
        arguments: [
            ("/v1/chat/completions", CallPath(.openai, .generate)), ("/v1/messages", CallPath(.claude, .generate)),
            ("/v1/messages/count_tokens", CallPath(.claude, .count)),
            ("/v1/models/a:generateContent", CallPath(.gemini, .generate, model: "a", isStream: false)),
            ("/v1beta/models/a:streamGenerateContent", CallPath(.gemini, .generate, model: "a", isStream: true)),
            ("/v1alpha/models/a:countTokens", CallPath(.gemini, .count, model: "a", isStream: false)),
            ("/v1beta/models/a/b:c:countTokens", CallPath(.gemini, .count, model: "a/b:c", isStream: false)),
            ("/v1beta/models/a%2Fb:countTokens", CallPath(.gemini, .count, model: "a/b", isStream: false)),
            (
                "/v1beta/tunedModels/a:generateContent",
                CallPath(.gemini, .generate, model: "tunedModels/a", isStream: false)
            ),
            ("/v1/embeddings", CallPath(.openai, .passed(.embeddings))),
            ("/v1/audio/speech", CallPath(.openai, .passed(.speech))),
        ]
    )
    func paths(path: String, expected: CallPath) {
        #expect(CallPath(path) == expected)
    }

    @Test(
        "and paths that lead to none",
        arguments: [
            "/v1/chat", "/v1/messages/", "/v1/models", "/v1/models/a", "/v1/models/a:nothing",
            "/v1/models/:countTokens",
            "/v2/models/a:countTokens", "/v1/files/a:countTokens", "/v1/models//a:countTokens", "/v1beta/embeddings",
            "/v1/models/../a:countTokens", "/v1/models/%61:countTokens", "/v1", "/", "",
        ]
    )
    func nowhere(path: String) {
        #expect(CallPath(path) == nil)
    }

    @Test(
        "a model's resource at an upstream",
        arguments: [
            ("a", "/models/a"), ("a/b", "/models/a/b"), ("tunedModels/a", "/tunedModels/a"),
            ("a b?c", "/models/a%20b%3Fc"),
            ("publishers/google/models/a", "/publishers/google/models/a"), ("models/a", "/models/a"),
        ]
    )
    func resources(model: String, expected: String) {
        #expect(GeminiPath.resource(model) == expected)
    }

    @Test(
        "§0: in whose shape a refusal comes, and a list of models",
        arguments: [
            ("/v1/models", [("x-goog-api-client", "a")], nil, ChatDialect.gemini),
            ("/v1/models", [], "pageSize=3", .gemini), ("/v1/models", [], "key=a", .gemini),
            ("/v1/models/a", [("anthropic-version", "a")], nil, .claude), ("/v1/models", [], nil, .openai),
            ("/v1/chat/completions", [("anthropic-version", "a")], "key=a", .openai),
            ("/v1/messages/nothing", [], nil, .claude), ("/v1beta/nothing", [], nil, .gemini),
            ("/v1/nothing", [("x-goog-api-key", "a")], nil, .gemini),
            ("/v1/nothing", [("anthropic-version", "a")], nil, .claude), ("/v1/nothing", [], nil, .openai),
            ("/v1/files/a", [("x-goog-api-key", "a")], nil, .openai),
        ]
    )
    func dialects(path: String, fields: [(String, String)], query: String?, expected: ChatDialect) {
        let target = query.map { "\(path)?\($0)" } ?? path
        let head = RequestHead(method: .get, target: target, path: path, query: query, fields: HeaderFields(fields))
        #expect(ChatDialect(of: head) == expected)
    }
}
