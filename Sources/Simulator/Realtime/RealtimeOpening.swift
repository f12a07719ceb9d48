// The opening of a realtime session: what the upgrade request asks for, and whether it gets it.
//
// Credentials are not looked at (the simulator needs no account); the upstream log shows what was sent. Exactly one of
// `model` and `intent=transcription` is expected; a request with neither is accepted and then told so by an event and
// close 4000, as the provider does.

/// What a realtime session was opened with.
package struct RealtimeOpening: Equatable, Sendable {
    /// The model's name; empty when the request named none.
    package var model: String
    package var isTranscription: Bool
    /// Whether the client speaks the older flat shape.
    package var isBeta: Bool

    package init(model: String, isTranscription: Bool = false, isBeta: Bool = false) {
        self.model = model
        self.isTranscription = isTranscription
        self.isBeta = isBeta
    }
}

/// The simulator's answer to an upgrade request.
package enum SimulatedUpgrade: Equatable, Sendable {
    /// Answer 101, with that subprotocol if any, and run a session.
    case accept(RealtimeOpening, subprotocol: String?)
    /// Answer 101, and run a Gemini Live session.
    case acceptLive
    /// Answer this instead.
    case refuse(SimulatedHTTPAnswer)
    /// Never answer.
    case stall

    private static let betaToken = "openai-beta.realtime-v1"

    /// Decides on an upgrade request by its target and headers.
    package static func decide(target: String, headers: [SimulatedHeader]) -> SimulatedUpgrade {
        let target = RequestTarget(target)
        if self.isLive(target.path) { return .acceptLive }
        guard target.path == "/v1/realtime" else {
            return .refuse(.error(404, code: "not_found", message: "There is nothing at \(target.path)."))
        }
        let offered = headers.filter { $0.isNamed("sec-websocket-protocol") }
            .flatMap { $0.value.split(separator: ",") }
            .map { $0.drop { $0 == " " || $0 == "\t" } }
            .map { token in String(token.prefix { $0 != " " && $0 != "\t" }) }
        let isBeta =
            offered.contains(self.betaToken)
            || headers.contains { $0.isNamed("openai-beta") && $0.value.contains("realtime=v1") }
        let subprotocol = offered.contains("realtime") ? "realtime" : nil
        let isTranscription = target.query("intent") == "transcription"
        let name = target.query("model") ?? ""
        if name.isEmpty {
            return .accept(
                RealtimeOpening(
                    model: isTranscription ? "sim-transcribe" : "",
                    isTranscription: isTranscription,
                    isBeta: isBeta
                ),
                subprotocol: subprotocol
            )
        }
        guard let model = SimulatedModel(named: name) else {
            return .refuse(.modelNotFound(name))
        }
        switch model.fault {
        case .refuse(let status): return .refuse(.refusal(status))
        case .stallHandshake: return .stall
        default:
            let opening = RealtimeOpening(model: name, isTranscription: isTranscription, isBeta: isBeta)
            return .accept(opening, subprotocol: subprotocol)
        }
    }

    /// The path of Gemini Live in any version, with a key or with a token of its own (realtime reference §14.1).
    private static func isLive(_ path: String) -> Bool {
        let prefix = "/ws/google.ai.generativelanguage."
        let methods = ["BidiGenerateContent", "BidiGenerateContentConstrained"]
        guard path.hasPrefix(prefix) else { return false }
        let parts = path.dropFirst(prefix.count).split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 3 && ["v1", "v1beta", "v1alpha"].contains(parts[0]) && parts[1] == "GenerativeService"
            && methods.contains(String(parts[2]))
    }
}
