// protocol/http §3.6, §4.8.

import Testing

@testable import Dialects

@Suite struct GeminiModelListTests {
    private static let models = ["c", "a", "é", "b/x", "d"].map { id in
        ListedModel(id: id, created: 1, ownedBy: "them", capabilities: ["chat"], contextLength: 1_000)
    }

    private func page(_ size: Int?, _ token: String?) throws -> (names: [String], next: String?) {
        let body = try #require(GeminiModelList.list(Self.models, pageSize: size, pageToken: token))
        let page = try JSONParser.parse(body)
        return (page["models"]?.elements.compactMap { $0["name"]?.string } ?? [], page["nextPageToken"]?.string)
    }

    @Test("Pages fit together, whatever their size", arguments: 1...6)
    func pages(size: Int) throws {
        var (names, token): ([String], String?) = ([], nil)
        repeat {
            let page = try self.page(size, token)
            #expect(page.names.count <= size)
            names += page.names
            token = page.next
        } while token != nil
        #expect(names == ["models/a", "models/b/x", "models/c", "models/d", "models/é"])
    }

    @Test func readsOddParameters() throws {
        for size in [nil, 0, -5, 5, 1_000_000] { #expect(try self.page(size, "").names.count == 5) }
        for token in ["x", "zz", "0", "ff", "a"] { #expect(GeminiModelList.list(Self.models, pageToken: token) == nil) }
        #expect(try self.page(nil, "7a7a7a").names == ["models/é"])
        #expect(GeminiModelList.list([]) == Array(#"{"models":[]}"#.utf8))
    }

    @Test("§3.6: one model")
    func writesOne() throws {
        var model = Self.models[0]
        #expect(
            try JSONParser.parse(GeminiModelList.one(model)) == [
                "name": "models/c", "baseModelId": "c", "version": "001", "displayName": "c",
                "description": "c, owned by them.", "inputTokenLimit": 1_000,
                "supportedGenerationMethods": ["generateContent", "countTokens"],
            ]
        )
        model.capabilities = ["realtime", "reasoning"]
        model.contextLength = nil
        let live = try JSONParser.parse(GeminiModelList.one(model))
        #expect(live["supportedGenerationMethods"] == ["bidiGenerateContent"])
        #expect(live["thinking"] == true)
        #expect(live["inputTokenLimit"] == nil)
        model.capabilities = []
        #expect(try JSONParser.parse(GeminiModelList.one(model))["supportedGenerationMethods"]?.elements.count == 2)
    }
}
