// Upgrade requests (realtime reference §1).

import Testing

@testable import Simulator

@Suite("Realtime opening")
struct RealtimeOpeningTests {
    private func decide(_ target: String, _ headers: [(String, String)] = []) -> SimulatedUpgrade {
        SimulatedUpgrade.decide(target: target, headers: headers.map { SimulatedHeader($0.0, $0.1) })
    }

    @Test("§1: model, transcription intent, neither")
    func accepts() {
        #expect(
            self.decide("/v1/realtime?model=gpt-realtime")
                == .accept(RealtimeOpening(model: "gpt-realtime"), subprotocol: nil)
        )
        #expect(
            self.decide("/v1/realtime?intent=transcription")
                == .accept(RealtimeOpening(model: "sim-transcribe", isTranscription: true), subprotocol: nil)
        )
        #expect(self.decide("/v1/realtime") == .accept(RealtimeOpening(model: ""), subprotocol: nil))
    }

    @Test("§1.1: of the offered subprotocols only realtime is selected")
    func selectsSubprotocol() {
        for offers in [["realtime, openai-insecure-api-key.x"], ["other", " realtime\t"], ["a,realtime,b"]] {
            let headers = offers.map { ("Sec-WebSocket-Protocol", $0) }
            guard case .accept(_, let subprotocol) = self.decide("/v1/realtime?model=sim-realtime", headers) else {
                Issue.record("not accepted")
                return
            }
            #expect(subprotocol == "realtime")
        }
        guard
            case .accept(_, let none) = self.decide(
                "/v1/realtime?model=sim-realtime",
                [("sec-websocket-protocol", "Realtime, x")]
            )
        else {
            Issue.record("not accepted")
            return
        }
        #expect(none == nil)
    }

    @Test("§11: the beta shape is asked for by header or subprotocol")
    func knowsBeta() {
        let offers = [("OpenAI-Beta", "realtime=v1"), ("Sec-WebSocket-Protocol", "realtime, openai-beta.realtime-v1")]
        for offer in offers {
            guard case .accept(let opening, _) = self.decide("/v1/realtime?model=sim-realtime", [offer]) else {
                Issue.record("not accepted")
                return
            }
            #expect(opening.isBeta)
        }
    }

    @Test("Gemini Live has a path of its own, in each version (realtime reference §14.1)")
    func live() {
        let path = "/ws/google.ai.generativelanguage"
        for method in ["BidiGenerateContent", "BidiGenerateContentConstrained"] {
            #expect(self.decide("\(path).v1beta.GenerativeService.\(method)?key=k") == .acceptLive)
        }
        for wrong in ["v2.GenerativeService.BidiGenerateContent", "v1.GenerativeService.Generate", "v1"] {
            guard case .refuse = self.decide("\(path).\(wrong)") else {
                Issue.record("not refused")
                return
            }
        }
    }

    @Test("Unknown models and paths are refused, faults obeyed")
    func refuses() {
        guard case .refuse(let unknown) = self.decide("/v1/realtime?model=nope") else {
            Issue.record("not refused")
            return
        }
        #expect(unknown.status == 404)
        guard case .refuse(let path) = self.decide("/v1/other?model=sim-realtime") else {
            Issue.record("not refused")
            return
        }
        #expect(path.status == 404)
        guard case .refuse(let status) = self.decide("/v1/realtime?model=sim-refuse-403") else {
            Issue.record("not refused")
            return
        }
        #expect(status.status == 403)
        #expect(self.decide("/v1/realtime?model=sim-stall-handshake") == .stall)
    }
}
