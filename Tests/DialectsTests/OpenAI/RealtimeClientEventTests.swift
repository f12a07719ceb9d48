// Which client events are decided about, and what a decision rests on (protocol: realtime §4, §11; robustness G7, G10).

import Dialects
import Testing

@Suite("RealtimeClientEvent")
struct RealtimeClientEventTests {
    private func kind(_ type: String) throws -> RealtimeClientEventKind {
        let bytes = Array(#"{"type":"\#(type)"}"#.utf8)
        let found = EventTypeScanner.type(of: bytes.span)
        return RealtimeClientEventKind(try #require(found))
    }

    private func read(_ text: String) throws -> RealtimeClientEvent {
        let bytes = Array(text.utf8)
        return try RealtimeClientEvent(bytes.span)
    }

    @Test("every documented event has its kind")
    func kinds() throws {
        #expect(try self.kind("input_audio_buffer.append") == .audio)
        #expect(try self.kind("response.create") == .turn)
        #expect(try self.kind("conversation.item.create") == .item)
        for type in ["session.update", "transcription_session.update"] { #expect(try self.kind(type) == .settings) }
        for type in [
            "input_audio_buffer.commit", "input_audio_buffer.clear", "output_audio_buffer.clear", "response.cancel",
            "conversation.item.retrieve", "conversation.item.truncate", "conversation.item.delete",
        ] { #expect(try self.kind(type) == .plain) }
        for type in ["session.finish", "response.creates", "x"] { #expect(try self.kind(type) == .unknown) }
    }

    @Test("models are found wherever an event can name one")
    func models() throws {
        let event = try self.read(
            #"{"type":"session.update","event_id":"e1","model":"a","session":{"model":"b","audio":{"input":"#
                + #"{"transcription":{"model":"t"}}}},"response":{"model":"\u0063"}}"#
        )
        #expect(event.eventID == "e1" && event.models == ["a", "b", "c"] && event.transcriptionModel == "t")
        let older = try self.read(#"{"session":{"input_audio_transcription":{"model":"w"},"model":null}}"#)
        #expect(older.models == [] && older.transcriptionModel == "w")
    }

    @Test("what two readers could read differently is not read at all")
    func ambiguous() {
        for text in [
            #"{"session":{"model":"a","model":"b"}}"#, #"{"model":"a","mode\u006c":"b"}"#, #"{"session":{"model":1}}"#,
            #"{"session":{},"session":{}}"#, "[]", #"{"a":1} {}"#, "",
        ] {
            #expect(throws: JSONViolation.self, "\(text)") { try self.read(text) }
        }
    }

    @Test("an event is what its type says only if it has one type")
    func unambiguous() {
        let cases = [
            (#"{"type":"a","audio":"x"}"#, true), (#"{"type":"a","type":"b"}"#, false),
            (#"{"type":"a","\u0074ype":"b"}"#, false), (#"{"type":"a","x":{"type":"b"}}"#, true), ("{}", false),
            (#"{"type":"a"}x"#, false), (#"{"type":"a","type":1}"#, false),
        ]
        for (text, expected) in cases {
            let bytes = Array(text.utf8)
            #expect(RealtimeClientEvent.isUnambiguous(bytes.span) == expected, "\(text)")
        }
    }
}
