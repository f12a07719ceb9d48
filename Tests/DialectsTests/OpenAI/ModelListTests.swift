// protocol/http §1.7.

import Dialects
import Foundation
import Testing

@Suite struct ModelListTests {
    let rich = ListedModel(
        id: "gpt-realtime",
        created: 1_700_000_000,
        ownedBy: "openai",
        capabilities: ["realtime", "vision"],
        contextLength: 128_000,
        pricing: [.init(name: "input", usdPerThousand: "0.004"), .init(name: "output", usdPerThousand: "0.016")]
    )
    let bare = ListedModel(id: "a\"b", created: 0, ownedBy: "x")

    @Test func rendersOneModel() {
        let expected =
            #"{"id":"gpt-realtime","object":"model","created":1700000000,"owned_by":"openai","#
            + #""capabilities":{"realtime":true,"vision":true},"context_length":128000,"#
            + #""pricing":{"input":0.004,"output":0.016}}"#
        #expect(String(decoding: ModelList.one(rich), as: UTF8.self) == expected)
    }

    @Test func rendersTheList() throws {
        let bytes = ModelList.list([rich, bare], requestID: "req_1", timestamp: "2025-01-15T10:30:00Z")
        let parsed = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any]
        #expect(parsed?["object"] as? String == "list")
        #expect(parsed?["error"] is NSNull)
        #expect(
            (parsed?["metadata"] as? [String: String]) == ["request_id": "req_1", "timestamp": "2025-01-15T10:30:00Z"]
        )
        let data = parsed?["data"] as? [[String: Any]]
        #expect(data?.count == 2)
        #expect(data?.last?["id"] as? String == "a\"b")
        #expect(data?.last?["context_length"] is NSNull)
        #expect(data?.last?["pricing"] is NSNull)
        #expect((data?.last?["capabilities"] as? [String: Bool]) == [:])
    }

    @Test func rendersAnEmptyList() {
        let bytes = ModelList.list([], requestID: "r", timestamp: "t")
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"object":"list","data":[],"error":null,"metadata":{"request_id":"r","timestamp":"t"}}"#
        )
    }

    @Test("A price that is no JSON number becomes null", arguments: ["", "1.", "0,5", "NaN", "1}", "$1"])
    func rendersNoBrokenNumber(price: String) throws {
        var model = bare
        model.pricing = [.init(name: "input", usdPerThousand: price)]
        let parsed = try JSONSerialization.jsonObject(with: Data(ModelList.one(model))) as? [String: Any]
        #expect((parsed?["pricing"] as? [String: Any])?["input"] is NSNull)
    }
}
