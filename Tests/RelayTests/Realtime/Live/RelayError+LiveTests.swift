// Close codes and reasons for Gemini Live clients (protocol: realtime §14.4; RFC 6455 §5.5).

import SessionCore
import Testing
import WebSocketFraming

@testable import Relay

@Suite("RelayError for Gemini Live clients")
struct RelayErrorLiveTests {
    @Test("wrong, not allowed, broken, going away")
    func codes() {
        #expect(RelayError.unknownKey().liveCloseCode == .invalidPayload)
        #expect(RelayError.modelNotFound("m").liveCloseCode == .policyViolation)
        #expect(RelayError.quotaExceeded().liveCloseCode == .policyViolation)
        #expect(RelayError.badGateway("broke").liveCloseCode == .internalError)
        #expect(RelayError.draining().liveCloseCode == .goingAway)
    }

    @Test("a reason fits into a Close frame and is cut between characters")
    func reasons() {
        let error = RelayError.invalidRequest(code: "c", message: String(repeating: "ä", count: 100))
        #expect(error.liveCloseReason == String(repeating: "ä", count: 61))
        #expect(RelayError.invalidRequest(code: "c", message: "short").liveCloseReason == "short")
    }
}
