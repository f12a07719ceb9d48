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

    /// Around the words in which names are compared, and with a difference at each place.
    @Test func comparesEveryByte() throws {
        let name: StaticString = "conversation.item.input_audio_transcription.completed"
        let bytes = Array("\(name)".utf8)
        for count in [7, 8, 9, 15, 16, 17, bytes.count - 1, bytes.count] {
            let type = try #require(Self.type(String(decoding: bytes.prefix(count), as: UTF8.self)))
            #expect(type.matches(name) == (count == bytes.count))
        }
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 1
            let type = try #require(Self.type(String(decoding: other, as: UTF8.self)))
            #expect(!type.matches(name) && !type.hasPrefix(name))
        }
        #expect(try #require(Self.type("abcdefgh")).matches("abcdefgh"))
        #expect(try #require(Self.type("abcdefghi")).hasPrefix("abcdefgh"))
    }

    @Test func keepsAnEmptyType() {
        #expect(Self.type("")?.count == 0)
        #expect(Self.type("")?.matches("") == true)
    }
}
