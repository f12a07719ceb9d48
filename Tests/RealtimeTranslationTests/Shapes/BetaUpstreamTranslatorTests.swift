import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("A beta upstream under GA (protocol: realtime §11, §13)")
struct BetaUpstreamTranslatorTests {
    private var translator = BetaUpstreamTranslator()

    private mutating func received(_ text: String) -> [[UInt8]] { self.translator.received(Array(text.utf8)).onward }

    @Test("what a client says is said in beta, and the other way it is the same again")
    mutating func client() throws {
        var client = BetaClientTranslator(keepsTemperature: true)
        for (beta, ga) in BetaClientTranslatorTests.clientEvents {
            let sent = try #require(self.translator.send(Array(ga.utf8)).onward.first)
            try expectSame(client.received(sent).onward.first, ga)
            if !beta.contains("temperature") { try expectSame(sent, beta) }
        }
    }

    @Test("what it tells is told in GA")
    mutating func server() throws {
        for (ga, beta) in BetaClientTranslatorTests.serverEvents where !beta.contains("item.created") {
            let made = self.received(beta)
            #expect(made.count == 1)
            let wanted = ga.replacing(#""truncation":"auto","#, with: "")
            try expectSame(made.first, wanted)
        }
    }

    @Test("a transcription session is known by its object, too")
    mutating func transcription() throws {
        try expectSame(
            self.received(#"{"type":"session.created","session":{"object":"realtime.transcription_session"}}"#).first,
            #"{"type":"session.created","session":{"type":"transcription","object":"realtime.transcription_session"}}"#
        )
    }

    @Test("a session that is half GA already keeps what it has (xAI)")
    mutating func mixed() throws {
        try expectSame(
            self.received(
                #"{"type":"session.updated","session":{"voice":"eve","turn_detection":null,"audio":{"input":{"format":{"type":"audio/pcm","rate":16000}}}}}"#
            ).first,
            #"{"type":"session.updated","session":{"type":"realtime","audio":{"input":{"format":{"type":"audio/pcm","rate":16000},"turn_detection":null},"output":{"voice":"eve"}}}}"#
        )
        let delta = #"{"type":"response.output_text.delta","delta":"x"}"#
        #expect(texts(self.received(delta)) == [delta])
    }

    @Test("a complete item is added and done at once")
    mutating func complete() throws {
        let made = self.received(
            #"{"type":"conversation.item.created","event_id":"e","previous_item_id":null,"item":{"id":"i","status":"completed","role":"user","content":[{"type":"input_text","text":"t"}]}}"#
        )
        #expect(types(made) == ["conversation.item.added", "conversation.item.done"])
        try expectSame(
            made.last,
            #"{"type":"conversation.item.done","event_id":"e_done","previous_item_id":null,"item":{"id":"i","status":"completed","role":"user","content":[{"type":"input_text","text":"t"}]}}"#
        )
    }

    @Test("one in progress is done before its output item is")
    mutating func inProgress() throws {
        let created =
            #"{"type":"conversation.item.created","previous_item_id":"p","item":{"id":"i","status":"in_progress","content":[]}}"#
        #expect(types(self.received(created)) == ["conversation.item.added"])
        let done = self.received(
            #"{"type":"response.output_item.done","event_id":"e","item":{"id":"i","role":"assistant","content":[{"type":"text","text":"t"}]}}"#
        )
        #expect(types(done) == ["conversation.item.done", "response.output_item.done"])
        try expectSame(
            done.first,
            #"{"type":"conversation.item.done","event_id":"e_done","previous_item_id":"p","item":{"id":"i","role":"assistant","content":[{"type":"output_text","text":"t"}]}}"#
        )
        #expect(
            types(self.received(#"{"type":"response.done","response":{"output":[{"id":"i"}]}}"#)) == ["response.done"]
        )
    }

    @Test("at the latest it is done with its response")
    mutating func withResponse() throws {
        for id in ["a", "b"] {
            _ = self.received(#"{"type":"conversation.item.created","item":{"id":"\#(id)","status":"in_progress"}}"#)
        }
        let made = self.received(
            #"{"type":"response.done","event_id":"e","response":{"output":[{"id":"a"},{"id":"b"},{"id":"c"}]}}"#
        )
        #expect(types(made) == ["conversation.item.done", "conversation.item.done", "response.done"])
        #expect(Set(made.compactMap { sorted($0)?["event_id"]?.string }).count == 3)
    }

    @Test(
        "what is the same, unknown or broken goes on as it came (§13)",
        arguments: [
            #"{"type":"heartbeat"}"#, #"{"type":"conversation.created","conversation":{"id":"c"}}"#, "", "x", "{",
            #"{"type":"response.function_call.simple_browser","x":1}"#, #"{"type":"session.created","session":[]}"#,
            #"{"type":"response.content_part.added","part":{"type":"audio"}}"#, #"{"type":"session.finished"}"#,
        ]
    )
    mutating func untouched(event: String) {
        #expect(texts(self.received(event)) == [event])
        #expect(texts(self.translator.send(Array(event.utf8)).onward) == [event])
    }

    @Test("no bytes whatever end the translation, whole or cut anywhere")
    mutating func garbage() {
        for text in BetaClientTranslatorTests.allEvents {
            let bytes = Array(text.utf8)
            for end in bytes.indices {
                #expect(!self.translator.received(Array(bytes[..<end])).onward.isEmpty)
                #expect(self.translator.send(Array(bytes[..<end])).onward.count == 1)
                var broken = bytes
                broken[end] = UInt8(truncatingIfNeeded: end &* 37)
                #expect(!self.translator.received(broken).onward.isEmpty)
                #expect(self.translator.send(broken).onward.count == 1)
            }
        }
    }
}
