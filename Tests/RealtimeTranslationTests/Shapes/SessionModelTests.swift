// An upstream that is told its model inside the session (protocol: realtime §13).

import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("SessionModel")
struct SessionModelTests {
    private var upstream = SessionModel(model: "glm-realtime")

    private mutating func sent(_ event: String) -> TranslatedEvents { self.upstream.send(Array(event.utf8)) }

    private mutating func heard(_ event: String) -> [String] { texts(self.upstream.received(Array(event.utf8)).onward) }

    @Test("the first update carries the route's model")
    mutating func first() throws {
        let sent = self.sent(#"{"type":"session.update","event_id":"e","session":{"type":"realtime","x":null}}"#)
        #expect(sent.onward.count == 1 && sent.back.isEmpty)
        try expectSame(
            sent.onward.first,
            #"{"type":"session.update","event_id":"e","session":{"type":"realtime","x":null,"model":"glm-realtime"}}"#
        )
        // Its answer is the client's.
        #expect(self.heard(#"{"type":"session.updated","session":{}}"#).count == 1)
        let append = #"{"type":"input_audio_buffer.append","audio":"AAAA"}"#
        #expect(texts(self.sent(append).onward) == [append])
    }

    @Test("no client chooses another model, at first or later")
    mutating func steering() throws {
        for _ in 0..<2 {
            try expectSame(
                self.sent(#"{"type":"session.update","session":{"model":"theirs"}}"#).onward.first,
                #"{"type":"session.update","session":{"model":"glm-realtime"}}"#
            )
        }
        for event in [
            #"{"type":"session.update","session":{"model":"a","model":"b"}}"#,
            #"{"type":"session.update","session":{},"session":{"model":"b"}}"#,
            #"{"type":"response.cancel","type":"session.update","session":{"model":"b"}}"#,
            #"{"type":"session.update","session":"x"}"#, #"{"type":"session.update"}"#, #"{"type":5}"#, "{", "{}",
        ] {
            let sent = self.sent(event)
            #expect(sent.onward.isEmpty, "\(event)")
            #expect(types(sent.back) == ["error"])
        }
        #expect(
            self.sent(#"{"type":"session.update","event_id":"mine"}"#).back.contains { bytes in
                sorted(bytes)?["error"]?["event_id"] == "mine"
            }
        )
    }

    @Test("who speaks of something else first is preceded by an update, and does not hear of it")
    mutating func other() throws {
        let create = #"{"type":"response.create"}"#
        let sent = self.sent(create)
        #expect(sent.onward.count == 2 && texts(sent.onward).last == create)
        let own = sent.onward.first.flatMap(sorted)
        #expect(own?["session"]?["model"] == "glm-realtime" && own?["session"]?["type"] == "realtime")
        #expect(texts(self.sent(create).onward) == [create])
        let hello = #"{"type":"session.created"}"#
        #expect(self.heard(hello) == [hello])
        let updated = #"{"type":"session.updated","session":{}}"#
        #expect(self.heard(updated).isEmpty)
        #expect(self.heard(updated) == [updated])
    }

    @Test("an update of ours that is refused is told of, and answered no more")
    mutating func refusedUpdate() {
        _ = self.sent(#"{"type":"response.create"}"#)
        let theirs = #"{"type":"error","error":{"event_id":"else"}}"#
        let ours = #"{"type":"error","error":{"message":"no such model","event_id":"event_longwire_model"}}"#
        let updated = #"{"type":"session.updated","session":{}}"#
        #expect(self.heard(theirs) == [theirs])
        #expect(self.heard(ours) == [ours])
        #expect(self.heard(updated) == [updated])
    }

    @Test("a session that transcribes names its own model, elsewhere")
    mutating func transcription() throws {
        try expectSame(
            self.sent(#"{"type":"session.update","session":{"type":"transcription","model":"x","audio":{}}}"#).onward
                .first,
            #"{"type":"session.update","session":{"type":"transcription","audio":{}}}"#
        )
        let beta = #"{"type":"transcription_session.update","session":{}}"#
        #expect(texts(self.sent(beta).onward) == [beta])
    }

    @Test("ahead of a translator it speaks GA, and the upstream hears beta")
    mutating func beta() throws {
        self.upstream = SessionModel(model: "m", inner: BetaUpstreamTranslator())
        let sent = self.sent(
            #"{"type":"session.update","session":{"type":"realtime","output_modalities":["text"]}}"#
        )
        try expectSame(
            sent.onward.first,
            #"{"type":"session.update","session":{"model":"m","modalities":["text"]}}"#
        )
        #expect(self.heard(#"{"type":"response.text.delta","delta":"x"}"#).first?.contains("output_text") == true)
    }

    @Test("between two of the beta shape the update is of that shape")
    mutating func betaWords() throws {
        self.upstream = SessionModel(model: "m", isBeta: true)
        let own = self.sent(#"{"type":"response.create"}"#).onward.first.flatMap(sorted)
        #expect(own?["session"] == ["model": "m"])
    }

    @Test("what is no event passes")
    mutating func binary() {
        for bytes: [UInt8] in [[0x52, 0x49, 0x46, 0x46], [], [0xFF]] {
            #expect(self.upstream.send(bytes) == TranslatedEvents(onward: [bytes]))
        }
    }
}
