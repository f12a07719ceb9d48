// Provider keys as metrics.

import Telemetry
import Testing

@testable import SessionCore

@Suite("ProviderKeySample")
struct ProviderKeySampleTests {
    @Test("one number for each key, and no more than a bound for an upstream")
    func samples() {
        let stage = RoutingStage(keys: [2, 0, 100])
        let ticket = ProviderKeyTicket(upstream: "u0", model: "m", index: 1, pass: .ordinary)
        stage.board.ended(ticket, .keyRefused, now: RoutingStage.at(0))
        for _ in 0..<5 {
            let ticket = ProviderKeyTicket(upstream: "u1", model: "m", index: 0, pass: .ordinary)
            stage.board.ended(ticket, .tooSlow, now: RoutingStage.at(0))
        }
        let samples = ProviderKeySample.take(from: stage.board, now: RoutingStage.at(1))
        #expect(samples.count == 2 + 1 + 64)
        #expect(samples.prefix(3).map(\.value) == [0, 3, 2])
        #expect(samples[1].dimensions.map { "\($0.0)=\($0.1)" } == ["upstream=u0", "key=1"])
    }
}
