import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("A client of the compact vocabulary over GA (RealtimeTranslation/README.md)")
struct CompactTranslatorTests {
    private var translator = CompactTranslator(
        model: "m",
        settings: ["instructions": "Be brief.", "temperature": 0.5, "max_output_tokens": 5_000],
        identifiers: IdentifierSource(base: "s"),
        overRealtime: false
    )

    private mutating func client(_ text: String) -> TranslatedEvents { self.translator.received(Array(text.utf8)) }

    private mutating func server(_ text: String) -> TranslatedEvents { self.translator.send(Array(text.utf8)) }

    /// The client's side, past its first words.
    private mutating func opened() {
        _ = self.server(#"{"type":"session.created","session":{"id":"sess_1"}}"#)
    }

    /// Asks and has the answer begin.
    private mutating func asked() {
        self.opened()
        _ = self.client(#"{"type":"message","message":"hi","event_id":"mine"}"#)
        _ = self.server(#"{"type":"response.created","response":{"id":"r","status":"in_progress"}}"#)
    }

    @Test("settings wait for the session, which is the conversation")
    mutating func opening() throws {
        let told = self.server(#"{"type":"session.created","session":{"id":"sess_1"}}"#)
        try expectSame(
            told.back.first,
            """
            {"type":"session.update","session":{"type":"realtime","instructions":"Be brief.","temperature":0.5,\
            "max_output_tokens":5000,"output_modalities":["text"]}}
            """
        )
        try expectSame(
            told.onward.first,
            #"{"type":"conversation.created","conversation_id":"conv_s1","model":"m","message":""}"#
        )
        #expect(self.server(#"{"type":"session.updated","session":{}}"#) == TranslatedEvents())
    }

    @Test("a message that is refused before its question goes on is not answered, and the next one is")
    mutating func refusedMessage() throws {
        self.opened()
        let events = self.client(#"{"type":"message","message":"much"}"#).onward
        #expect(events.count == 2)
        let isMessageMeant = self.translator.mayGoOn(events[0])
        #expect(isMessageMeant)
        let item = try JSONParser.parse(events[0])["event_id"]?.string ?? ""
        let told = self.server(#"{"type":"error","error":{"code":"conversation_too_large","event_id":"\#(item)"}}"#)
        #expect(told.onward.count == 1)
        let isQuestionMeant = self.translator.mayGoOn(events[1])
        #expect(!isQuestionMeant)
        let next = self.client(#"{"type":"message","message":"less"}"#).onward
        #expect(next.count == 2)
        for event in next {
            let isMeant = self.translator.mayGoOn(event)
            #expect(isMeant)
        }
    }

    @Test("a message whose question is refused leaves the conversation, without a word about that")
    mutating func refusedQuestion() throws {
        self.opened()
        let events = self.client(#"{"type":"message","message":"hi"}"#).onward
        _ = self.server(#"{"type":"conversation.item.added","item":{"id":"item_9","role":"user","type":"message"}}"#)
        let question = try JSONParser.parse(events[1])["event_id"]?.string ?? ""
        let told = self.server(#"{"type":"error","error":{"code":"rate_limit_exceeded","event_id":"\#(question)"}}"#)
        #expect(told.onward.count == 1 && told.back.count == 1)
        let deletion = try JSONParser.parse(told.back[0])
        #expect(deletion["type"]?.string == "conversation.item.delete" && deletion["item_id"]?.string == "item_9")
        let name = deletion["event_id"]?.string ?? ""
        let refused = self.server(#"{"type":"error","error":{"code":"invalid_value","event_id":"\#(name)"}}"#)
        #expect(refused == TranslatedEvents())
    }

    @Test("a realtime model is told what it takes (realtime §3)")
    mutating func realtime() throws {
        self.translator = CompactTranslator(
            model: "m",
            settings: ["temperature": 0.5, "max_output_tokens": 5_000],
            identifiers: IdentifierSource(base: "s"),
            overRealtime: true
        )
        try expectSame(
            self.server(#"{"type":"session.created"}"#).back.first,
            #"{"type":"session.update","session":{"type":"realtime","max_output_tokens":"inf","output_modalities":["text"]}}"#
        )
    }

    @Test("settings go before whatever the client says, if it does not wait")
    mutating func hasty() {
        let sent = self.client(#"{"type":"message","message":"hi"}"#)
        #expect(types(sent.onward) == ["session.update", "conversation.item.create", "response.create"])
        #expect(self.server(#"{"type":"session.created"}"#).back.isEmpty)
    }

    @Test("a message is an item and a request for an answer", arguments: ["message", "message.create"])
    mutating func message(type: String) throws {
        self.opened()
        let sent = self.client(#"{"type":"\#(type)","message":"hi"}"#)
        #expect(sent.back.isEmpty)
        try expectSame(
            sent.onward.first,
            """
            {"type":"conversation.item.create","event_id":"event_s2","item":{"type":"message","role":"user",\
            "content":[{"type":"input_text","text":"hi"}]}}
            """
        )
        try expectSame(sent.onward.last, #"{"type":"response.create","event_id":"event_s3"}"#)
    }

    @Test("the answer streams and is completed")
    mutating func answer() throws {
        self.asked()
        var told: [[UInt8]] = []
        for event in [
            #"{"type":"response.output_item.added","response_id":"r","item":{"id":"i","type":"message"}}"#,
            #"{"type":"conversation.item.added","item":{"id":"i"}}"#,
            #"{"type":"response.content_part.added","response_id":"r","item_id":"i","content_index":0,"part":{"type":"text"}}"#,
            #"{"type":"response.output_text.delta","response_id":"r","item_id":"i","content_index":0,"delta":"Hel"}"#,
            #"{"type":"response.output_text.delta","response_id":"r","item_id":"i","content_index":0,"delta":"lo"}"#,
            #"{"type":"response.output_text.done","response_id":"r","item_id":"i","content_index":0,"text":"Hello"}"#,
            #"{"type":"response.content_part.done","response_id":"r","item_id":"i","content_index":0,"part":{"type":"text"}}"#,
            #"{"type":"conversation.item.done","item":{"id":"i"}}"#,
            #"{"type":"response.output_item.done","response_id":"r","item":{"id":"i","type":"message"}}"#,
            #"{"type":"rate_limits.updated","rate_limits":[]}"#,
            #"{"type":"response.done","response":{"id":"r","status":"completed","usage":{"total_tokens":7,"input_tokens":5,"output_tokens":2}}}"#,
        ] {
            let events = self.server(event)
            #expect(events.back.isEmpty)
            told += events.onward
        }
        #expect(
            types(told) == ["content.start", "content.delta", "content.delta", "content.stop", "message.completed"]
        )
        try expectSame(
            told[1],
            """
            {"type":"content.delta","conversation_id":"conv_s1","message_id":"r","index":0,"content_type":"text",\
            "message":"Hel"}
            """
        )
        try expectSame(
            told.last,
            """
            {"type":"message.completed","conversation_id":"conv_s1","message_id":"r","message":"Hello",\
            "finish_reason":"stop","usage":{"input_tokens":5,"output_tokens":2,"total_tokens":7}}
            """
        )
    }

    @Test("what is said aloud is text, too, and its sound is dropped")
    mutating func transcript() {
        self.asked()
        #expect(
            self.server(#"{"type":"response.output_audio.delta","response_id":"r","item_id":"i","delta":"AAAA"}"#)
                == TranslatedEvents()
        )
        let delta = #"{"type":"response.output_audio_transcript.delta","response_id":"r","item_id":"i","delta":"Hi"}"#
        #expect(types(self.server(delta).onward) == ["content.start", "content.delta"])
    }

    @Test("what is said under two names is heard once (realtime §13)")
    mutating func twice() {
        self.asked()
        var told: [[UInt8]] = []
        for type in ["response.text", "response.output_text"] {
            told += self.server(#"{"type":"\#(type).delta","item_id":"i","content_index":0,"delta":"Hi"}"#).onward
        }
        for type in ["response.text", "response.output_text"] {
            told += self.server(#"{"type":"\#(type).done","item_id":"i","content_index":0,"text":"Hi"}"#).onward
        }
        #expect(types(told) == ["content.start", "content.delta", "content.stop"])
    }

    @Test("a text that comes at once is one piece; one that is too long comes from the model's summary")
    mutating func whole() {
        self.asked()
        let done =
            #"{"type":"response.output_text.done","response_id":"r","item_id":"i","content_index":0,"text":"Hi"}"#
        #expect(types(self.server(done).onward) == ["content.start", "content.delta", "content.stop"])
        let long = String(repeating: "x", count: CompactLimits.messageBytes)
        _ = self.server(#"{"type":"response.output_text.delta","item_id":"j","content_index":0,"delta":"\#(long)"}"#)
        let end = self.server(
            #"{"type":"response.done","response":{"id":"r","output":[{"content":[{"type":"output_text","text":"all"}]}]}}"#
        )
        #expect(types(end.onward) == ["content.stop", "message.completed"])
        #expect(end.onward.last.flatMap { sorted($0) }?["message"] == "all")
    }

    @Test("one answer at a time")
    mutating func busy() {
        self.asked()
        let refused = self.client(#"{"type":"message","message":"and?","event_id":"two"}"#)
        #expect(refused.onward.isEmpty)
        let error = refused.back.first.flatMap { sorted($0) }
        #expect(error?["error"]?["code"] == "conversation_already_has_active_response")
        #expect(error?["error"]?["event_id"] == "two")
        #expect(self.server(#"{"type":"response.created","response":{"id":"other"}}"#) == TranslatedEvents())
        let other = #"{"type":"response.output_text.delta","response_id":"other","item_id":"i","delta":"x"}"#
        #expect(self.server(other) == TranslatedEvents())
        #expect(self.server(#"{"type":"response.done","response":{"id":"other"}}"#) == TranslatedEvents())
    }

    @Test("an answer is cancelled, and the next may be asked for")
    mutating func cancel() throws {
        self.asked()
        try expectSame(
            self.client(#"{"type":"response.cancel","event_id":"c"}"#).onward.first,
            #"{"type":"response.cancel","event_id":"c"}"#
        )
        let end = self.server(#"{"type":"response.done","response":{"id":"r","status":"cancelled","output":[]}}"#)
        #expect(end.onward.last.flatMap { sorted($0) }?["finish_reason"] == "cancelled")
        #expect(self.client(#"{"type":"message","message":"next"}"#).onward.count == 2)
    }

    @Test("what failed is told before the end")
    mutating func failed() {
        self.asked()
        let end = self.server(
            #"{"type":"response.done","response":{"id":"r","status":"failed","status_details":{"error":{"code":"x","message":"Broke."}}}}"#
        )
        #expect(types(end.onward) == ["error", "message.completed"])
        #expect(end.onward.first.flatMap { sorted($0) }?["message"] == "Broke.")
    }
}
