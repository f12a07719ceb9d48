// protocol/http §4.1: any string of `[A-Za-z0-9_-]` passes Claude.

import Testing

@testable import Dialects

@Suite struct ClaudeToolIDsTests {
    @Test("Legal ids stay as they are")
    func legal() {
        #expect(ClaudeToolIDs.replaced("call_aZ09-") == "call_aZ09-")
        #expect(ClaudeToolIDs.replaced("fc|1.é") == "fc_1___")
        #expect(ClaudeToolIDs.replaced("") == "_")
    }

    @Test("Ids that would become the same stay apart, each the same every time")
    func apart() {
        var ids = ClaudeToolIDs()
        let originals = ["a.b", "a:b", "a_b", "a_b_2", "a b"]
        let legal = originals.map { ids.legal($0) }
        #expect(Set(legal).count == originals.count)
        #expect(originals.map { ids.legal($0) } == legal)
        #expect(legal.allSatisfy { ClaudeToolIDs.replaced($0) == $0 })
    }
}
