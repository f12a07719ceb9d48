import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("A beta client over GA (protocol: realtime §11)")
struct BetaClientTranslatorTests {
    private var translator = BetaClientTranslator()

    /// What a client sends, and what it is in GA.
    static let clientEvents: [(beta: String, ga: String)] = [
        (
            #"{"event_id":"e1","type":"session.update","session":{"modalities":["text"],"voice":"ash","temperature":0.8}}"#,
            #"{"event_id":"e1","type":"session.update","session":{"type":"realtime","output_modalities":["text"],"audio":{"output":{"voice":"ash"}}}}"#
        ),
        (
            #"{"type":"transcription_session.update","session":{"input_audio_format":"pcm16","turn_detection":null}}"#,
            #"{"type":"session.update","session":{"type":"transcription","audio":{"input":{"format":{"type":"audio/pcm","rate":24000},"turn_detection":null}}}}"#
        ),
        (
            #"{"type":"conversation.item.create","previous_item_id":"root","item":{"type":"message","role":"assistant","content":[{"type":"text","text":"hi"}]}}"#,
            #"{"type":"conversation.item.create","previous_item_id":"root","item":{"type":"message","role":"assistant","content":[{"type":"output_text","text":"hi"}]}}"#
        ),
        (
            #"{"type":"response.create","response":{"modalities":["text","audio"],"voice":"ash"}}"#,
            #"{"type":"response.create","response":{"output_modalities":["audio"],"audio":{"output":{"voice":"ash"}}}}"#
        ),
    ]

    static var allEvents: [String] {
        self.clientEvents.flatMap { [$0.beta, $0.ga] } + self.serverEvents.flatMap { [$0.beta, $0.ga] }
    }

    @Test("its events become GA events", arguments: clientEvents)
    mutating func client(beta: String, ga: String) throws {
        let events = self.translator.received(Array(beta.utf8))
        #expect(events.back.isEmpty && events.onward.count == 1)
        try expectSame(events.onward.first, ga)
    }

    @Test(
        "what is the same, unknown or broken goes on as it came",
        arguments: [
            #"{"type":"response.create"}"#, #"{ "type": "input_audio_buffer.append", "audio": "AAAA" }"#,
            #"{"type":"input_audio_buffer.append_video_frame","video_frame":"x","client_timestamp":1}"#,
            #"{"type":"session.update","session":7}"#, #"{"type":"session.update"}"#, #"{"type":"session.update""#, "",
            "[]",
            #"{"type":"session.update","session":{"voice":"a","voice":"b"}}"#, "\u{1}", "{\"type\":\"response.create\"",
            #"{"type":"conversation.item.create","item":{"type":"message","role":"user","content":[{"type":"input_text","text":" "}]}}"#,
        ]
    )
    mutating func untouched(event: String) {
        #expect(texts(self.translator.received(Array(event.utf8)).onward) == [event])
    }

    /// What a server sends in GA, and what a beta client gets.
    static let serverEvents: [(ga: String, beta: String)] = [
        (
            #"{"type":"session.created","event_id":"e","session":{"type":"realtime","object":"realtime.session","id":"s","model":"m","output_modalities":["audio"],"truncation":"auto","audio":{"output":{"voice":"ash"}}}}"#,
            #"{"type":"session.created","event_id":"e","session":{"object":"realtime.session","id":"s","model":"m","modalities":["text","audio"],"voice":"ash"}}"#
        ),
        (
            #"{"type":"session.updated","session":{"type":"transcription","audio":{"input":{"transcription":null}}}}"#,
            #"{"type":"transcription_session.updated","session":{"input_audio_transcription":null}}"#
        ),
        (
            #"{"type":"conversation.item.added","item":{"id":"i","role":"assistant","content":[{"type":"output_audio","transcript":"t"}]}}"#,
            #"{"type":"conversation.item.created","item":{"id":"i","role":"assistant","content":[{"type":"audio","transcript":"t"}]}}"#
        ),
        (
            #"{"type":"response.output_item.done","item":{"role":"assistant","content":[{"type":"output_text","text":"t"}]}}"#,
            #"{"type":"response.output_item.done","item":{"role":"assistant","content":[{"type":"text","text":"t"}]}}"#
        ),
        (
            #"{"type":"response.done","usage":{"x":1},"response":{"output_modalities":["text"],"output":[]}}"#,
            #"{"type":"response.done","usage":{"x":1},"response":{"modalities":["text"],"output":[]}}"#
        ),
        (
            #"{"type":"error","error":{"type":"invalid_request_error","message":"m","param":"session.audio.output.voice","event_id":"e"}}"#,
            #"{"type":"error","error":{"type":"invalid_request_error","message":"m","param":"session.voice","event_id":"e"}}"#
        ),
    ]

    @Test("it is told in its own words", arguments: serverEvents)
    mutating func server(ga: String, beta: String) throws {
        let events = self.translator.send(Array(ga.utf8))
        #expect(events.back.isEmpty && events.onward.count == 1)
        try expectSame(events.onward.first, beta)
    }

    @Test("a delta is renamed and not otherwise touched")
    mutating func delta() {
        let delta = #"{"type":"response.output_audio.delta", "delta" : "AAAA" , "item_id":"i"}"#
        let renamed = #"{"type":"response.audio.delta", "delta" : "AAAA" , "item_id":"i"}"#
        #expect(texts(self.translator.send(Array(delta.utf8)).onward) == [renamed])
    }

    @Test("an item is told once")
    mutating func done() {
        #expect(self.translator.send(Array(#"{"type":"conversation.item.done","item":{}}"#.utf8)) == TranslatedEvents())
    }

    @Test(
        "other events of the server go on as they are",
        arguments: [
            #"{"type":"response.content_part.done","part":{"type":"text","text":"x"}}"#,
            #"{"type":"ping","timestamp":1}"#,
            #"{"type":"error","error":{"message":"m","param":null}}"#, #"{"type":"session.created","session":null}"#,
            "?",
        ]
    )
    mutating func passes(event: String) {
        #expect(texts(self.translator.send(Array(event.utf8)).onward) == [event])
    }

    @Test("no bytes whatever end the translation, whole or cut anywhere")
    mutating func garbage() {
        for text in Self.allEvents {
            let bytes = Array(text.utf8)
            for end in bytes.indices {
                #expect(self.translator.received(Array(bytes[..<end])).onward.count == 1)
                #expect(self.translator.send(Array(bytes[..<end])).onward.count <= 1)
                var broken = bytes
                broken[end] = UInt8(truncatingIfNeeded: end &* 37)
                #expect(self.translator.received(broken).onward.count == 1)
                #expect(self.translator.send(broken).onward.count <= 1)
            }
        }
    }
}
