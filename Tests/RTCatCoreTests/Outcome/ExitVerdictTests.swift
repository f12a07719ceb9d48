// RFC 6455 §7.4.1: what a close code says about the connection.

import RTCatCore
import Testing

@Suite struct ExitVerdictTests {
    @Test(arguments: [
        (Ending.closedByPeer(code: 1000, reason: ""), Int32(0)), (.closedByPeer(code: 1001, reason: "x"), 0),
        (.closedByPeer(code: nil, reason: ""), 0), (.closedByPeer(code: 1002, reason: ""), 2),
        (.closedByPeer(code: 1007, reason: ""), 2), (.closedByPeer(code: 1009, reason: ""), 2),
        (.closedByPeer(code: 1011, reason: ""), 1), (.closedByPeer(code: 3000, reason: ""), 1),
        (.closedByUs(code: 1000), 0), (.closedByUs(code: 4001), 0), (.closeUnanswered, 1), (.violation("x"), 2),
        (.lost("reset"), 1), (.silent, 1),
    ])
    func decides(_ ending: Ending, _ code: Int32) {
        let verdict = ExitVerdict(ending)
        #expect(verdict.code == code)
        #expect(!verdict.text.isEmpty)
    }

    @Test func tellsCodeAndReasonSafely() {
        let verdict = ExitVerdict(.closedByPeer(code: 4000, reason: "bad\u{1B}[2J"))
        #expect(verdict.text.contains("4000 bad request, \"bad␛[2J\""))
    }
}
