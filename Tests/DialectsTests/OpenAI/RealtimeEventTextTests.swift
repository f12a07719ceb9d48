// Events under another name (protocol: realtime §11).

import Dialects
import Testing

@Suite("RealtimeEventText")
struct RealtimeEventTextTests {
    private func renamed(_ event: String) -> String? {
        RealtimeEventText.renamed(Array(event.utf8), to: "new").map { String(decoding: $0, as: UTF8.self) }
    }

    @Test("only the value of the first type changes, wherever it stands")
    func renames() {
        #expect(self.renamed(#"{"type":"old","delta":"AA=="}"#) == #"{"type":"new","delta":"AA=="}"#)
        #expect(self.renamed(#" {"a":{"type":"x"}, "type" : "o\"ld" }"#) == #" {"a":{"type":"x"}, "type" : "new" }"#)
        #expect(self.renamed(#"{"\u0074ype":1}"#) == #"{"\u0074ype":"new"}"#)
    }

    @Test("what stands behind the type is not read")
    func unread() {
        #expect(self.renamed(#"{"type":"old",oops"#) == #"{"type":"new",oops"#)
    }

    @Test(
        "an event without a type, or broken before it, has no other name",
        arguments: ["", "[]", "{}", #"{"a":1"#, "{a"]
    )
    func none(event: String) {
        #expect(self.renamed(event) == nil)
    }
}
