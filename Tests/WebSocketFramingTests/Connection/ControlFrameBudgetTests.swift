// RFC 6455 §10.4; robustness rows C14 and C15.

import Testing
import WebSocketFraming

struct ControlFrameBudgetTests {
    static let limits = WebSocketLimits(pendingPongs: 2, controlFramesPerWindow: 3)

    @Test func pongsPendUntilDrained() {
        var budget = ControlFrameBudget()
        budget.wrotePong()
        #expect(!budget.isExhausted(Self.limits))
        budget.wrotePong()
        #expect(budget.isExhausted(Self.limits))
        budget.beginWindow()
        #expect(budget.isExhausted(Self.limits))
        budget.outboundDrained()
        #expect(!budget.isExhausted(Self.limits))
    }

    @Test func framesCountUntilTheNextWindow() {
        var budget = ControlFrameBudget()
        for _ in 0..<3 {
            #expect(!budget.isExhausted(Self.limits))
            budget.receivedControlFrame()
        }
        #expect(budget.isExhausted(Self.limits))
        budget.outboundDrained()
        #expect(budget.isExhausted(Self.limits))
        budget.beginWindow()
        #expect(!budget.isExhausted(Self.limits))
    }
}
