// The id of an exchange: the client's when it is sane, else ours (`robustness.md` G12).

import HTTPFraming
import SessionCore
import Testing

@testable import Relay

@Suite("RequestIdentity")
struct RequestIdentityTests {
    private func id(_ fields: [(String, String)]) -> String {
        RequestID(of: RequestHead(method: .get, target: "/", path: "/", fields: HeaderFields(fields))).description
    }

    @Test("a sane id of the client's is taken, x-request-id first")
    func given() {
        #expect(self.id([("x-request-id", "a-1")]) == "a-1")
        #expect(self.id([("x-client-request-id", "b-2")]) == "b-2")
        #expect(self.id([("x-client-request-id", "b-2"), ("x-request-id", "a-1")]) == "a-1")
        #expect(self.id([("x-request-id", "no good"), ("x-client-request-id", "b-2")]) == "b-2")
    }

    @Test("any other is replaced", arguments: ["", "a b", "a\"b", "a\\b", "ä", String(repeating: "x", count: 129)])
    func replaced(text: String) {
        let id = self.id([("x-request-id", text)])
        #expect(id.hasPrefix("req_") && id.utf8.count == 36)
    }

    @Test("G1: a key that was pasted in is no name")
    func pastedKey() throws {
        let key = try KeyFormat.make().text
        for text in [key, "req-\(key)", "id=sk-proj-0123456789abcdef"] {
            #expect(self.id([("x-request-id", text)]).hasPrefix("req_"))
        }
    }

    @Test("ids of ours differ")
    func made() {
        #expect(self.id([]) != self.id([]))
        let events = Set((0..<100).map { _ in EventID.make() })
        #expect(events.count == 100)
        #expect(events.allSatisfy { $0.hasPrefix("event_") && $0.utf8.count == 30 })
    }
}
