// protocol/http §3.1: names in two spellings, int64 in strings.

import Testing

@testable import Dialects

@Suite struct GeminiNodeTests {
    @Test(
        "Both spellings are one name",
        arguments: [
            ("max_output_tokens", "maxOutputTokens"), ("maxOutputTokens", "maxOutputTokens"), ("top_p", "topP"),
            ("text", "text"), ("_x", "_x"), ("a__b", "aB"), ("", ""), ("_", "_"), ("x_", "x"), ("a_1", "a1"),
        ]
    )
    func camelCase(name: String, expected: String) {
        #expect(GeminiName.camelCase(name) == expected)
    }

    @Test("Paths are spelt as the client did; null is absent")
    func paths() throws {
        let node = try GeminiNode(body: Array(#"{"generation_config":{"topK":"7","seed":null}}"#.utf8))
        let config = try #require(node.member("generationConfig"))
        #expect(config.path == "generation_config")
        #expect(config.member("topK")?.path == "generation_config.topK")
        #expect(try config.member("topK")?.integer() == 7)
        #expect(config.member("seed") == nil)
        #expect(config.members.map(\.name) == ["topK"])
    }

    @Test("What is no object is refused", arguments: ["", "[]", "1", "{", "nope", "{}x"])
    func refusesOtherBodies(body: String) {
        #expect(geminiRefusal(body)?.code == "invalid_json")
    }
}
