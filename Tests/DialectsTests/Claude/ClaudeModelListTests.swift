// protocol/http §2.6 and §4.8: the list of models in Claude's shape.

import Testing

@testable import Dialects

@Suite struct ClaudeModelListTests {
    private static let models = ["a", "b", "c"].map { ListedModel(id: $0, created: 0, ownedBy: "o") }

    @Test("One model")
    func one() {
        let model = ListedModel(id: "gpt-\"x\"", created: 1_767_225_600, ownedBy: "o", contextLength: 128_000)
        #expect(
            String(decoding: ClaudeModelList.one(model), as: UTF8.self)
                == #"{"type":"model","id":"gpt-\"x\"","display_name":"gpt-\"x\"","created_at":"2026-01-01T00:00:00Z","#
                + #""max_input_tokens":128000}"#
        )
    }

    @Test("The SDK walks the pages by the last id while there is more")
    func walk() throws {
        var ids: [String] = []
        var after: String?
        for _ in 0..<10 {
            let page = try ClaudeModelPage(limit: "2", afterID: after, beforeID: nil)
            let body = try JSONParser.parse(try ClaudeModelList.list(Self.models, page: page))
            ids += body["data"]?.elements.compactMap { $0["id"]?.string } ?? []
            after = body["last_id"]?.string
            if body["has_more"] == false { break }
        }
        #expect(ids == ["a", "b", "c"])
    }

    @Test("No models at all")
    func empty() throws {
        #expect(
            String(decoding: try ClaudeModelList.list([]), as: UTF8.self)
                == #"{"data":[],"has_more":false,"first_id":null,"last_id":null}"#
        )
    }

    @Test(
        "Times of any size",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_868_799, "2000-02-29T23:59:59Z"),
            (1_709_251_200, "2024-03-01T00:00:00Z"), (-1, "1969-12-31T23:59:59Z"), (.min, "0000-01-01T00:00:00Z"),
            (.max, "9999-12-31T23:59:59Z"),
        ] as [(Int64, String)]
    )
    func times(seconds: Int64, expected: String) {
        #expect(ClaudeModelList.timestamp(seconds) == expected)
    }
}
