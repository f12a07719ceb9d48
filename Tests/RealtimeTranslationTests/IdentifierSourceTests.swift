import RealtimeTranslation
import Testing

@Suite("Names of what a session makes (protocol: realtime §6)")
struct IdentifierSourceTests {
    @Test("differ, carry their prefix, and stay within 32 characters")
    func differ() {
        var source = IdentifierSource(base: "0123456789abcdefXYZ")
        let names = (0..<1_000).map { _ in source.next("item_") }
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.hasPrefix("item_0123456789abcdef") && $0.utf8.count <= 32 })
    }

    @Test("are the same for the same base")
    func repeatable() {
        var (one, other) = (IdentifierSource(base: "s"), IdentifierSource(base: "s"))
        #expect(one.next("resp_") == other.next("resp_"))
        #expect(one.next("event_") == "event_s2")
    }
}
