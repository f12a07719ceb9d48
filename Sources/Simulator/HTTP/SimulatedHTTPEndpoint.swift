// The HTTP side of the simulated upstream: which request gets which answer.

import Dialects

/// Answers HTTP requests.
package enum SimulatedHTTPEndpoint {
    /// The `created` of all listed models.
    private static let modelsCreated = 1_790_000_000

    /// Answers one request.
    ///
    /// Same request, seed and time: same answer.
    package static func answer(
        _ request: SimulatedHTTPRequest,
        seed: UInt64,
        unixTime: Int64
    ) -> SimulatedHTTPAnswer {
        var identifiers = IdentifierSequence(seed: seed)
        let requestID = identifiers.next("req_")
        var answer = self.route(request, identifiers: identifiers, unixTime: unixTime)
        answer.headers += [
            SimulatedHeader("x-request-id", requestID), SimulatedHeader("openai-version", "2020-10-01"),
            SimulatedHeader("openai-processing-ms", "120"),
        ]
        return answer
    }

    private static func route(
        _ request: SimulatedHTTPRequest,
        identifiers: IdentifierSequence,
        unixTime: Int64
    ) -> SimulatedHTTPAnswer {
        let path = RequestTarget(request.target).path
        let modelPrefix = "/v1/models/"
        switch (request.method, path) {
        case ("POST", "/v1/chat/completions"):
            return ChatScript.answer(request.body, identifiers: identifiers, unixTime: unixTime)
        case ("POST", "/v1/audio/speech"): return SpeechScript.answer(request.body)
        case ("POST", "/v1/audio/transcriptions"): return TranscriptionScript.answer(request)
        case ("GET", "/v1/models"):
            let models = SimulatedModel.listed.map { self.model($0.name, $0.capabilities) }
            return .json(200, ["object": "list", "data": .array(models)])
        case ("GET", _) where path.hasPrefix(modelPrefix):
            let name = String(path.dropFirst(modelPrefix.count))
            guard let model = SimulatedModel.listed.first(where: { $0.name == name }) else {
                return .modelNotFound(name)
            }
            return .json(200, self.model(model.name, model.capabilities))
        case (_, "/v1/chat/completions"), (_, "/v1/models"), (_, "/v1/audio/speech"), (_, "/v1/audio/transcriptions"):
            return .error(405, code: "method_not_allowed", message: "\(request.method) is not supported here.")
        case (_, "/v1/realtime"):
            return .error(426, code: "upgrade_required", message: "This address speaks WebSocket only.")
        default:
            return .error(404, code: "not_found", message: "There is nothing at \(path.prefix(200)).")
        }
    }

    private static func model(_ name: String, _ capabilities: [String]) -> JSONValue {
        [
            "id": .string(name), "object": "model", "created": .integer(self.modelsCreated), "owned_by": "longwire",
            "capabilities": .array(capabilities.map(JSONValue.string)),
        ]
    }
}
