// The catalogue: listed models, familiar families, nothing else.

import Testing

@testable import Simulator

@Suite("Simulated models")
struct SimulatedModelTests {
    @Test("Listed and familiar names exist", arguments: ["sim-realtime", "sim-chat", "gpt-realtime", "whisper-1"])
    func exists(_ name: String) {
        #expect(SimulatedModel(named: name)?.name == name)
        #expect(SimulatedModel(named: name)?.fault == nil)
    }

    @Test("Other names do not", arguments: ["", "sim", "sim-unknown", "claude-x", "SIM-CHAT"])
    func isUnknown(_ name: String) {
        #expect(SimulatedModel(named: name) == nil)
    }

    @Test("Only sim-slow is slow")
    func paces() {
        #expect(SimulatedModel(named: "sim-slow")?.pace == .slow)
        #expect(SimulatedModel(named: "sim-large")?.pace == .usual)
        #expect(Pace.slow.perPiece == 10 * Pace.usual.perPiece)
    }
}
