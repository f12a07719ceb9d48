import Dialects
import Testing

@Suite struct EventTypeTests {
    static func type(_ text: String) -> EventType? {
        let bytes = Array(#"{"type":"\#(text)"}"#.utf8)
        return EventTypeScanner.type(of: bytes.span)
    }

    @Test func compares() throws {
        let type = try #require(Self.type("response.done"))
        #expect(type.matches("response.done"))
        #expect(!type.matches("response.don"))
        #expect(!type.matches("response.done."))
        #expect(!type.matches("response_done"))
        #expect(type.hasPrefix("response."))
        #expect(!type.hasPrefix("session."))
        #expect(!type.hasPrefix("response.done.more"))
        #expect(type == Self.type("response.done"))
        #expect(type != Self.type("response.dong"))
        #expect(type != Self.type("response"))
        #expect(type.text == "response.done")
    }

    @Test func keepsAnEmptyType() {
        #expect(Self.type("")?.count == 0)
        #expect(Self.type("")?.matches("") == true)
    }
}
