// Which request gets which answer.

import Dialects
import Testing

@testable import Simulator

@Suite("HTTP endpoint")
struct SimulatedHTTPEndpointTests {
    private func answer(_ method: String, _ target: String, body: String = "") -> (SimulatedHTTPAnswer, JSONValue) {
        let request = SimulatedHTTPRequest(method: method, target: target, body: Array(body.utf8))
        let answer = SimulatedHTTPEndpoint.answer(request, seed: 1, unixTime: 1_790_000_123)
        return (answer, (try? JSONParser.parse(answer.pieces.flatMap(\.bytes))) ?? .null)
    }

    @Test("Models are listed and found one by one")
    func listsModels() {
        let (list, json) = self.answer("GET", "/v1/models")
        #expect(list.status == 200)
        #expect(json["object"] == "list")
        let ids = json["data"]?.elements.compactMap { $0["id"]?.string }
        #expect(ids == ["sim-realtime", "sim-realtime-mini", "sim-chat", "sim-transcribe", "sim-live", "sim-speech"])
        let (one, model) = self.answer("GET", "/v1/models/sim-chat")
        #expect(one.status == 200)
        #expect(model["id"] == "sim-chat")
        #expect(self.answer("GET", "/v1/models/nothing").1["error"]?["code"] == "model_not_found")
    }

    @Test(
        "Everything else is an error in the provider's shape",
        arguments: [
            ("GET", "/", 404, "not_found"), ("POST", "/v1/models", 405, "method_not_allowed"),
            ("GET", "/v1/chat/completions", 405, "method_not_allowed"),
            ("GET", "/v1/realtime", 426, "upgrade_required"),
            ("POST", "/v1/chat/completions", 400, "invalid_json"),
        ]
    )
    func refuses(_ method: String, _ target: String, _ status: Int, _ code: String) {
        let (answer, json) = self.answer(method, target)
        #expect(answer.status == status)
        #expect(json["error"]?["code"] == .string(code))
        #expect(json["error"]?["message"]?.string?.isEmpty == false)
        #expect(answer.bodyLength == answer.pieces.map(\.bytes.count).reduce(0, +))
    }

    @Test("Every answer has a request id, the same for the same seed")
    func hasRequestID() {
        let first = self.answer("GET", "/v1/models").0.headers.first { $0.name == "x-request-id" }
        #expect(first?.value.hasPrefix("req_") == true)
        #expect(first == self.answer("GET", "/nothing").0.headers.first { $0.name == "x-request-id" })
    }
}
