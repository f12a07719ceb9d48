// GET /v1/models and /v1/models/{id}: the shape of the list, and nothing of models that the key may not use (design:
// Endpoints; protocol: http §1.7).

import Foundation
import SessionCore
import TestSupport
import Testing
import Transport

@testable import Relay

@Suite("ModelsEndpoint", .ownThread)
struct ModelsEndpointTests {
    private func stage(models: [String] = [], _ change: (inout RelayPlan) -> Void = { _ in }) throws -> RelayStage {
        try RelayStage { plan in
            let route = Route(upstream: "up0", model: "x")
            plan.models = [
                Model(
                    id: "talk",
                    routes: [route],
                    ownedBy: "us",
                    capabilities: ["realtime"],
                    contextLength: 100,
                    pricing: Pricing([.input: TokenPrice(usdPerThousand: "0.004")].compactMapValues { $0 }),
                    created: 7
                ), Model(id: "org/chat", routes: [route]),
            ]
            plan.describeKey = { $0.models = models }
            change(&plan)
        }
    }

    private func object(_ answer: WireAnswer) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any])
    }

    @Test("the list has the promised shape")
    func list() throws {
        let stage = try self.stage()
        let answer = try stage.ask("GET", "/v1/models", stage.bearer + "X-Request-Id: mine\r\n")
        #expect(answer.status == 200)
        #expect(answer.head["content-type"] == "application/json")
        #expect(answer.head["x-request-id"] == "mine")
        let list = try self.object(answer)
        #expect(list["object"] as? String == "list")
        #expect(list["error"] is NSNull)
        #expect((list["metadata"] as? [String: Any])?["request_id"] as? String == "mine")
        #expect((list["metadata"] as? [String: Any])?["timestamp"] is String)
        let data = try #require(list["data"] as? [[String: Any]])
        #expect(data.map { $0["id"] as? String } == ["talk", "org/chat"])
        let model = try #require(data.first)
        #expect(model["object"] as? String == "model")
        #expect(model["owned_by"] as? String == "us")
        #expect(model["created"] as? Int == 7)
        #expect(model["context_length"] as? Int == 100)
        #expect((model["pricing"] as? [String: Double])?["input"] == 0.004)
        stage.expectNothingLeft()
    }

    @Test("HEAD is answered without the body")
    func head() throws {
        let stage = try self.stage()
        let client = try stage.client("HEAD", "/v1/models")
        let answer = try #require(stage.message(at: client, hasBody: false))
        #expect(answer.status == 200)
        #expect(Int(answer.head["content-length"] ?? "") ?? 0 > 0)
        stage.settle()
        #expect(client.received.isEmpty)
        stage.expectNothingLeft(client)
    }

    @Test("a key sees its own models alone, in the list and one by one")
    func allowed() throws {
        let stage = try self.stage(models: ["org/*"])
        let data = try self.object(try stage.ask("GET", "/v1/models"))["data"] as? [[String: Any]]
        #expect(data?.map { $0["id"] as? String } == ["org/chat"])
        #expect(try stage.ask("GET", "/v1/models/org/chat").status == 200)
        let hidden = try stage.ask("GET", "/v1/models/talk")
        let absent = try stage.ask("GET", "/v1/models/gone")
        #expect(hidden.status == 404 && absent.status == 404)
        #expect(try ToldError(hidden.body).code == "model_not_found")
        #expect(hidden.text.replacing("talk", with: "gone") == absent.text)
        stage.expectNothingLeft()
    }

    @Test("an id may hold a slash, encoded or not", arguments: ["org/chat", "org%2Fchat", "org%2fchat"])
    func slash(id: String) throws {
        let stage = try self.stage()
        let answer = try stage.ask("GET", "/v1/models/\(id)")
        #expect(answer.status == 200)
        #expect(try self.object(answer)["id"] as? String == "org/chat")
        stage.expectNothingLeft()
    }

    @Test(
        "what is no path of one model is none",
        arguments: ["/v1/models", "/v1/models/", "/v1/models/../x", "/v1/models/%74alk", "/v1/other/x"]
    )
    func noID(path: String) {
        #expect(ModelsEndpoint.modelID(in: path) == nil)
    }

    @Test("a model that merely passes through is not listed")
    func passedThrough() throws {
        let stage = try self.stage { $0.describeUpstream = { $0.models = ["*"] } }
        #expect(try stage.ask("GET", "/v1/models/gpt-anything").status == 404)
        stage.expectNothingLeft()
    }

    @Test("no list without a key, nor with one that has expired")
    func refused() throws {
        let stage = try self.stage { $0.describeKey = { $0.expiresAt = Date(timeIntervalSince1970: 1) } }
        for path in ["/v1/models", "/v1/models/talk"] {
            let without = try stage.ask("GET", path, "")
            #expect(without.status == 401)
            #expect(try ToldError(without.body).code == "authentication_failed")
            let expired = try stage.ask("GET", path)
            #expect(expired.status == 401)
            #expect(try ToldError(expired.body).code == "api_key_expired")
        }
        stage.expectNothingLeft()
    }
}
