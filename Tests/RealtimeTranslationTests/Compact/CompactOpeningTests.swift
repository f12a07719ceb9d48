import Dialects
import RealtimeTranslation
import Testing

@Suite("The first message of the compact vocabulary (RealtimeTranslation/README.md)")
struct CompactOpeningTests {
    private func opening(_ text: String) throws(CompactRefusal) -> CompactOpening {
        try CompactOpening(Array(text.utf8))
    }

    @Test("the seed's example is one")
    func example() throws {
        let opening = try self.opening(#"{"type":"session.update","session":{"model":"gpt-4"}}"#)
        #expect(opening.model == "gpt-4")
        #expect(opening.credential == nil)
        #expect(opening.settings == [:])
    }

    @Test(
        "a credential is found wherever it may stand",
        arguments: [
            #"{"type":"session.update","session":{"model":"m","api_key":"lw-1"}}"#,
            #"{"type":"session.update","api_key":"lw-1","session":{"model":"m"}}"#,
            #"{"type":"session.update","authorization":"Bearer lw-1","session":{"model":"m"}}"#,
            #"{"type":"session.update","session":{"model":"m","authorization":"bearer  lw-1"}}"#,
            #"{"type":"session.update","authorization":"Bearer lw-1","session":{"model":"m","api_key":"lw-1"}}"#,
        ]
    )
    func credential(text: String) throws {
        let opening = try self.opening(text)
        #expect(opening.credential == "lw-1")
        #expect(!opening.settings.text.contains("lw-1"))
    }

    @Test("settings are read into those of a GA session (realtime §3)")
    func settings() throws {
        let opening = try self.opening(
            """
            {"type":"session.update","session":{"model":"m","instructions":"Be brief.","temperature":0.50,"max_tokens":100,\
            "tools":[{"type":"function","function":{"name":"f","description":"d","parameters":{"type":"object"},"strict":true}},\
            {"name":"g","description":null}],"tool_choice":{"type":"function","function":{"name":"f"}},"voice":"x"}}
            """
        )
        try expectSame(
            opening.settings.rendered,
            """
            {"instructions":"Be brief.","temperature":0.50,"max_output_tokens":100,"tools":[{"type":"function","name":"f",\
            "description":"d","parameters":{"type":"object"}},{"type":"function","name":"g"}],\
            "tool_choice":{"type":"function","name":"f"}}
            """
        )
    }

    @Test("null clears (realtime §3)")
    func nulls() throws {
        let opening = try self.opening(
            #"{"type":"session.update","session":{"model":"m","instructions":null,"max_tokens":null,"tools":null,"temperature":null}}"#
        )
        try expectSame(
            opening.settings.rendered,
            #"{"instructions":"","temperature":null,"max_output_tokens":"inf","tools":[]}"#
        )
    }

    @Test(
        "what is wrong is said by code and parameter",
        arguments: [
            ("", "invalid_json", nil), ("hello", "invalid_json", nil), ("[]", "invalid_json", nil),
            (#"{"type":"message","message":"hi"}"#, "invalid_event", "type"), ("{}", "invalid_event", "type"),
            (#"{"type":"session.update"}"#, "missing_required_parameter", "session"),
            (#"{"type":"session.update","session":7}"#, "invalid_value", "session"),
            (#"{"type":"session.update","session":{}}"#, "missing_required_parameter", "session.model"),
            (#"{"type":"session.update","session":{"model":""}}"#, "invalid_value", "session.model"),
            (#"{"type":"session.update","session":{"model":4}}"#, "invalid_value", "session.model"),
            (#"{"type":"session.update","session":{"model":"m","api_key":""}}"#, "invalid_value", "session.api_key"),
            (
                #"{"type":"session.update","session":{"model":"m"},"authorization":"lw-1"}"#, "invalid_value",
                "authorization"
            ),
            (
                #"{"type":"session.update","authorization":"Bearer a","session":{"model":"m","api_key":"b"}}"#,
                "invalid_value",
                "authorization"
            ),
            (
                #"{"type":"session.update","session":{"model":"m","temperature":3}}"#, "invalid_value",
                "session.temperature"
            ),
            (
                #"{"type":"session.update","session":{"model":"m","max_tokens":0}}"#, "invalid_value",
                "session.max_tokens"
            ),
            (
                #"{"type":"session.update","session":{"model":"m","max_tokens":1.5}}"#, "invalid_value",
                "session.max_tokens"
            ),
            (
                #"{"type":"session.update","session":{"model":"m","instructions":[]}}"#, "invalid_value",
                "session.instructions"
            ),
            (#"{"type":"session.update","session":{"model":"m","tools":{}}}"#, "invalid_value", "session.tools"),
            (
                #"{"type":"session.update","session":{"model":"m","tools":[{"type":"web_search"}]}}"#, "invalid_value",
                "session.tools[0].type"
            ),
            (
                #"{"type":"session.update","session":{"model":"m","tools":[{"function":{}}]}}"#,
                "missing_required_parameter",
                "session.tools[0].function.name"
            ),
        ] as [(String, String, String?)]
    )
    func refusals(text: String, code: String, param: String?) {
        let refusal = #expect(throws: CompactRefusal.self) { try self.opening(text) }
        #expect(refusal?.code == code)
        #expect(refusal?.param == param)
        #expect(refusal?.message.isEmpty == false)
    }

    @Test("it is short, since nobody knows yet whom it comes from")
    func size() {
        let text =
            #"{"type":"session.update","session":{"model":"m","instructions":"\#(String(repeating: "x", count: CompactLimits.openingBytes))"}}"#
        #expect(throws: CompactRefusal.self) { try self.opening(text) }
        #expect(throws: Never.self) { try CompactOpening(Array(text.utf8), isKnown: true) }
        let longer = text + String(repeating: " ", count: CompactLimits.knownOpeningBytes)
        #expect(throws: CompactRefusal.self) { try CompactOpening(Array(longer.utf8), isKnown: true) }
    }

    @Test("a refusal is an event with a type and a message, and names the client's event")
    func event() throws {
        let refusal = #expect(throws: CompactRefusal.self) {
            try self.opening(#"{"type":"session.update","event_id":"mine","session":{}}"#)
        }
        try expectSame(
            refusal?.event,
            """
            {"type":"error","message":"Missing required parameter: 'session.model'.","error":{"type":"invalid_request_error",\
            "code":"missing_required_parameter","message":"Missing required parameter: 'session.model'.",\
            "param":"session.model","event_id":"mine"}}
            """
        )
    }

    @Test("no bytes whatever trap, whole or cut anywhere")
    func garbage() {
        let bytes = Array(
            #"{"type":"session.update","authorization":"Bearer x","session":{"model":"m","tools":[{"function":{"name":"f"}}]}}"#
                .utf8
        )
        for end in bytes.indices {
            #expect(throws: CompactRefusal.self) { try CompactOpening(Array(bytes[..<end])) }
            var broken = bytes
            broken[end] = UInt8(truncatingIfNeeded: end &* 91)
            _ = try? CompactOpening(broken)
        }
    }
}
