import Dialects
import Testing

@testable import RealtimeTranslation

@Suite("What a client of the compact vocabulary says")
struct CompactMessageTests {
    private func item(_ text: String) throws -> CompactMessage.Item {
        try CompactMessage.item(try JSONParser.parse(Array(text.utf8)))
    }

    @Test(
        "a message is a text, however it is written",
        arguments: [
            #"{"message":"hi"}"#, #"{"content":"hi"}"#, #"{"message":["hi"]}"#,
            #"{"content":[{"type":"text","text":"hi"}]}"#,
            #"{"message":{"role":"user","content":"hi"}}"#,
            #"{"message":{"content":[{"type":"input_text","text":"hi"}]}}"#,
        ]
    )
    func message(text: String) throws {
        let item = try self.item(text)
        try expectSame(
            item.json.rendered,
            #"{"type":"message","role":"user","content":[{"type":"input_text","text":"hi"}]}"#
        )
        #expect(item.isAnswered)
    }

    @Test("what was said before, by others than the user, is not answered", arguments: ["assistant", "system"])
    func history(role: String) throws {
        let item = try self.item(#"{"role":"\#(role)","message":"hi"}"#)
        let type = role == "assistant" ? "output_text" : "input_text"
        try expectSame(
            item.json.rendered,
            #"{"type":"message","role":"\#(role)","content":[{"type":"\#(type)","text":"hi"}]}"#
        )
        #expect(!item.isAnswered)
    }

    @Test(
        "what is no text is refused",
        arguments: [
            ("{}", "message"), (#"{"message":null}"#, "message"), (#"{"message":""}"#, "message"),
            (#"{"message":1}"#, "message"),
            (#"{"message":{}}"#, "message"), (#"{"content":[]}"#, "content"),
            (#"{"role":"tool","message":"x"}"#, "role"),
            (#"{"content":[{"type":"image_url","image_url":{"url":"x"}}]}"#, "content[0]"),
        ]
    )
    func refused(text: String, param: String) throws {
        let refusal = #expect(throws: CompactRefusal.self) { try self.item(text) }
        #expect(refusal?.param == param)
    }

    @Test("a result that is no text is told as JSON")
    func result() throws {
        let event = try JSONParser.parse(Array(#"{"call_id":"c","output":{"a":1.0}}"#.utf8))
        #expect(try CompactMessage.result(event, callID: "c")["output"] == #"{"a":1.0}"#)
        #expect(throws: CompactRefusal.missing("output")) { try CompactMessage.result([:], callID: "c") }
        #expect(throws: CompactRefusal.missing("call_id")) { try CompactMessage.callID([:]) }
    }

    @Test("a name that is too long to be told back is none")
    func eventID() {
        let long = String(repeating: "x", count: CompactLimits.eventIDBytes)
        #expect(CompactMessage.eventID(["event_id": .string(long)]) == long)
        #expect(CompactMessage.eventID(["event_id": .string(long + "x")]) == nil)
        #expect(CompactMessage.eventID(["event_id": 1]) == nil)
    }
}
