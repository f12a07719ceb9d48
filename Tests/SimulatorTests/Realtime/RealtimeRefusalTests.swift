// The shape of error events (realtime reference §9).

import Dialects
import Testing

@testable import Simulator

@Suite("Realtime refusals")
struct RealtimeRefusalTests {
    @Test("§9: type, code, message, param and the client's event id")
    func hasShape() {
        let refusal = RealtimeRefusal.missing("session")
        let expected: JSONValue = [
            "type": "invalid_request_error", "code": "missing_required_parameter",
            "message": "Missing required parameter: 'session'.", "param": "session", "event_id": "e1",
        ]
        #expect(refusal.json(eventID: "e1") == expected)
        #expect(refusal.json(eventID: nil)["event_id"] == .null)
        #expect(RealtimeRefusal(code: "x", message: "y").json(eventID: nil)["param"] == .null)
    }
}
