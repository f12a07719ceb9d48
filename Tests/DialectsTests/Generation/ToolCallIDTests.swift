// protocol/http §4.1: ids for calls that came without.

import Testing

@testable import Dialects

@Suite struct ToolCallIDTests {
    @Test func countsAndKeepsClear() {
        var ids = ToolCallID(taken: ["call_1"])
        #expect([ids.next(), ids.next(), ids.next()] == ["call_0", "call_2", "call_3"])
    }

    @Test("Answers differ in their ids, and every provider takes them")
    func tellsAnswersApart() {
        var (one, same, other) = (ToolCallID(token: "r 1/é"), ToolCallID(token: "r 1/é"), ToolCallID(token: "r2"))
        let id = one.next()
        #expect(id == same.next())
        #expect(id != other.next())
        #expect(id.utf8.count <= 40)
        #expect(id.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F })
    }
}
