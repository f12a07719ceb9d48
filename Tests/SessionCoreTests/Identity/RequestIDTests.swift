// design.md, Errors: every answer has `x-request-id`, ours or the client's.

import SessionCore
import Testing

@Suite("Request and session ids")
struct RequestIDTests {
    @Test func aSaneIDOfTheClientIsKept() {
        #expect(RequestID(given: "abc-1.2_3")?.description == "abc-1.2_3")
        #expect(RequestID(given: String(repeating: "x", count: 128)) != nil)
    }

    @Test(
        "What could break a log line or a header is replaced",
        arguments: ["", "a b", "a\"b", "a\\b", "a\nb", "ä", String(repeating: "x", count: 129)]
    )
    func anOddIDIsRefused(text: String) {
        #expect(RequestID(given: text) == nil)
    }

    @Test func theFirstSaneOneCountsAndNoneThatHoldsAKey() {
        #expect(RequestID(given: [nil, "a b", "first", "second"]).description == "first")
        let key = "sk-lw-0123456789abcdef0123456789abcdef012345"
        #expect(RequestID(given: [key, "x-\(key)", "ek_lw_abc"]).description.hasPrefix("req_"))
        #expect(RequestID(given: []).description.hasPrefix("req_"))
    }

    @Test func ourOwnAreDifferentAndOfOneLength() {
        let ids = (0..<100).map { _ in RequestID.make().description }
        #expect(Set(ids).count == 100)
        #expect(ids.allSatisfy { $0.hasPrefix("req_") && $0.utf8.count == 36 })
        #expect(RequestID.made(0, 1).description == "req_00000000000000000000000000000001")
        #expect(SessionID(1, 0).description == "sess_00000000000000010000000000000000")
        #expect(SessionID.make() != SessionID.make())
    }
}
