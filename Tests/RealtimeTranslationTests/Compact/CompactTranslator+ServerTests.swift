import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("Tools, errors and settings of the compact vocabulary (RealtimeTranslation/README.md)")
struct CompactTranslatorServerTests {
    private var translator = CompactTranslator(
        model: "m",
        settings: [:],
        identifiers: IdentifierSource(base: "s"),
        overRealtime: false
    )

    private mutating func client(_ text: String) -> TranslatedEvents { self.translator.received(Array(text.utf8)) }

    private mutating func server(_ text: String) -> TranslatedEvents { self.translator.send(Array(text.utf8)) }

    private mutating func asked() {
        _ = self.server(#"{"type":"session.created"}"#)
        _ = self.client(#"{"type":"message","message":"hi","event_id":"mine"}"#)
        _ = self.server(#"{"type":"response.created","response":{"id":"r"}}"#)
    }

    /// Says a call from beginning to end.
    private mutating func call(_ id: String) -> [[UInt8]] {
        var told: [[UInt8]] = []
        for event in [
            #"{"type":"response.output_item.added","response_id":"r","item":{"id":"i\#(id)","type":"function_call","call_id":"\#(id)","name":"f","arguments":""}}"#,
            #"{"type":"response.function_call_arguments.delta","response_id":"r","item_id":"i\#(id)","call_id":"\#(id)","delta":"{\"a\":"}"#,
            #"{"type":"response.function_call_arguments.delta","response_id":"r","item_id":"i\#(id)","call_id":"\#(id)","delta":"1}"}"#,
            #"{"type":"response.function_call_arguments.done","response_id":"r","item_id":"i\#(id)","call_id":"\#(id)","name":"f","arguments":"{\"a\":1}"}"#,
            #"{"type":"response.output_item.done","response_id":"r","item":{"id":"i\#(id)","type":"function_call","call_id":"\#(id)","name":"f","arguments":"{\"a\":1}"}}"#,
        ] {
            told += self.server(event).onward
        }
        return told
    }

    @Test("a call is a part of its own, whose message stays empty")
    mutating func calls() throws {
        self.asked()
        let told = self.call("c1")
        #expect(types(told) == ["content.start", "content.delta", "content.delta", "content.stop"])
        #expect(told.allSatisfy { sorted($0)?["message"] == "" && sorted($0)?["content_type"] == "tool_call" })
        #expect(sorted(told[1])?["tool_call"]?["arguments"] == #"{"a":"#)
        #expect(sorted(told[3])?["tool_call"]?["arguments"] == #"{"a":1}"#)
        let end = self.server(#"{"type":"response.done","response":{"id":"r","status":"completed"}}"#)
        try expectSame(
            end.onward.first,
            """
            {"type":"message.completed","conversation_id":"conv_s1","message_id":"r","message":"",\
            "finish_reason":"tool_calls","tool_calls":[{"id":"c1","name":"f","arguments":"{\\"a\\":1}"}],\
            "usage":{"input_tokens":0,"output_tokens":0,"total_tokens":0}}
            """
        )
    }

    @Test("the last result asks for the answer")
    mutating func results() throws {
        self.asked()
        _ = self.call("c1") + self.call("c2")
        _ = self.server(#"{"type":"response.done","response":{"id":"r","status":"completed"}}"#)
        let one = self.client(#"{"type":"tool_result","call_id":"c2","output":"sunny"}"#)
        try expectSame(
            one.onward.first,
            #"{"type":"conversation.item.create","item":{"type":"function_call_output","call_id":"c2","output":"sunny"}}"#
        )
        #expect(one.onward.count == 1)
        let two = self.client(#"{"type":"tool_result","call_id":"c1","message":"late"}"#)
        #expect(types(two.onward) == ["conversation.item.create", "response.create"])
        #expect(types(self.client(#"{"type":"tool_result","call_id":"c1","output":"again"}"#).back) == ["error"])
    }

    @Test("results that come early are answered when the message is completed")
    mutating func early() {
        self.asked()
        _ = self.call("c1")
        #expect(
            types(self.client(#"{"type":"tool_result","call_id":"c1","output":{}}"#).onward) == [
                "conversation.item.create"
            ]
        )
        #expect(types(self.client(#"{"type":"message","message":"x"}"#).back) == ["error"])
        let end = self.server(#"{"type":"response.done","response":{"id":"r","status":"completed"}}"#)
        #expect(types(end.back) == ["response.create"])
        #expect(
            types(self.server(#"{"type":"response.created","response":{"id":"r2"}}"#).onward) == ["message.created"]
        )
    }

    @Test("a new message gives up what was awaited")
    mutating func forgotten() {
        self.asked()
        _ = self.call("c1")
        _ = self.server(#"{"type":"response.done","response":{"id":"r","status":"completed"}}"#)
        #expect(self.client(#"{"type":"message","message":"never mind"}"#).onward.count == 2)
        #expect(types(self.client(#"{"type":"tool_result","call_id":"c1","output":""}"#).back) == ["error"])
    }

    @Test("an error that answers the question ends it, in the client's own name for it")
    mutating func refused() throws {
        _ = self.server(#"{"type":"session.created"}"#)
        let sent = self.client(#"{"type":"message","message":"hi","event_id":"mine"}"#)
        let name = try #require(sent.onward.last.flatMap { sorted($0) }?["event_id"]?.string)
        let told = self.server(
            #"{"type":"error","error":{"type":"insufficient_quota","code":"insufficient_quota","message":"Spent.","event_id":"\#(name)"}}"#
        )
        try expectSame(
            told.onward.first,
            """
            {"type":"error","conversation_id":"conv_s1","message":"Spent.","error":{"type":"insufficient_quota",\
            "code":"insufficient_quota","message":"Spent.","param":null,"event_id":"mine"}}
            """
        )
        #expect(self.client(#"{"type":"message","message":"again"}"#).onward.count == 2)
    }

    @Test("a message that is not taken is not answered, and nobody hears of how that is done")
    mutating func itemRefused() throws {
        _ = self.server(#"{"type":"session.created"}"#)
        let sent = self.client(#"{"type":"message","message":"hi"}"#)
        let name = try #require(sent.onward.first.flatMap { sorted($0) }?["event_id"]?.string)
        let told = self.server(#"{"type":"error","error":{"code":"x","message":"No.","event_id":"\#(name)"}}"#)
        #expect(types(told.onward) == ["error"])
        #expect(sorted(told.onward[0])?["error"]?["event_id"] == JSONValue.null)
        #expect(types(told.back) == ["response.cancel"])
        let cancel = try #require(told.back.first.flatMap { sorted($0) }?["event_id"]?.string)
        #expect(self.server(#"{"type":"error","error":{"code":"y","event_id":"\#(cancel)"}}"#) == TranslatedEvents())
    }

    @Test("an error of no event ends a question that nobody answers, and no answer that is being said")
    mutating func nameless() {
        self.asked()
        #expect(types(self.server(#"{"type":"error","error":{"message":"Hm."}}"#).onward) == ["error"])
        #expect(types(self.client(#"{"type":"message","message":"x"}"#).back) == ["error"])
        _ = self.server(#"{"type":"response.done","response":{"id":"r"}}"#)
        _ = self.client(#"{"type":"message","message":"x"}"#)
        _ = self.server(#"{"type":"error"}"#)
        #expect(self.client(#"{"type":"message","message":"x"}"#).onward.count == 2)
    }

    @Test("settings change, the model does not, and a credential goes nowhere")
    mutating func update() throws {
        _ = self.server(#"{"type":"session.created"}"#)
        let sent = self.client(
            #"{"type":"session.update","event_id":"u","authorization":"Bearer k","session":{"model":"m","api_key":"k","instructions":"Now in French."}}"#
        )
        try expectSame(
            sent.onward.first,
            #"{"type":"session.update","event_id":"u","session":{"type":"realtime","instructions":"Now in French."}}"#
        )
        let other = self.client(#"{"type":"session.update","session":{"model":"n"}}"#)
        #expect(other.onward.isEmpty)
        #expect(other.back.first.flatMap { sorted($0) }?["error"]?["param"] == "session.model")
    }

    @Test(
        "what the vocabulary has no word for is refused",
        arguments: [
            "", "hello", "[]", "{}", #"{"type":7}"#, #"{"type":"response.create"}"#,
            #"{"type":"input_audio_buffer.append"}"#,
            #"{"type":"message"}"#, #"{"type":"session.update"}"#, #"{"type":"tool_result","call_id":"?"}"#,
        ]
    )
    mutating func unknown(text: String) {
        let events = self.client(text)
        #expect(types(events.back) == ["error"])
        #expect(events.onward.isEmpty)
    }

    @Test("no events whatever trap, whole, cut anywhere, or in any state")
    mutating func garbage() {
        let words = [
            #"{"type":"session.created"}"#, #"{"type":"message","message":"x"}"#,
            #"{"type":"response.created","response":{"id":"r"}}"#,
            #"{"type":"response.output_item.added","item":{"id":"i","call_id":"c","name":"f"}}"#,
            #"{"type":"response.function_call_arguments.done","item_id":"i","arguments":"{}"}"#,
            #"{"type":"response.output_text.delta","item_id":"j","content_index":-9223372036854775808,"delta":"x"}"#,
            #"{"type":"tool_result","call_id":"c","output":1}"#,
            #"{"type":"response.done","response":{"usage":[],"output":7}}"#,
            #"{"type":"error","error":[]}"#, #"{"type":"response.cancel"}"#,
        ]
        for word in words + words.reversed() {
            let bytes = Array(word.utf8)
            for end in bytes.indices {
                _ = self.translator.send(Array(bytes[..<end]))
                _ = self.translator.received(Array(bytes[..<end]))
                var broken = bytes
                broken[end] = UInt8(truncatingIfNeeded: end &* 53)
                _ = self.translator.send(broken)
                _ = self.translator.received(broken)
            }
            _ = self.translator.send(bytes)
            _ = self.translator.received(bytes)
        }
        #expect(self.translator.turn.blocks.count <= CompactLimits.blocks)
    }
}
