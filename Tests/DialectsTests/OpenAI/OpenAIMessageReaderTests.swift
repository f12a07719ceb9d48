// protocol/http §1.2, §4.1, §4.7.

import Dialects
import Testing

@Suite struct OpenAIMessageReaderTests {
    static func read(_ messages: String) throws -> GenerationRequest {
        try OpenAIRequestReader.read(Array(#"{"model":"m","messages":[\#(messages)]}"#.utf8))
    }

    static func refusal(_ messages: String) -> ConversionRefusal? {
        OpenAIRequestReaderTests.refusal(#"{"model":"m","messages":[\#(messages)]}"#)
    }

    static let call = #"{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1.0}"}}"#

    @Test("§4.1: instructions are taken out in their order, wherever they stand")
    func instructions() throws {
        let request = try Self.read(
            """
            {"role":"system","content":"one"},{"role":"user","content":"hi"},{"role":"developer","content":[{"type":
            "text","text":"two"},{"type":"text","text":""},{"type":"text","text":"three"}]},{"role":"system","content":""}
            """
        )
        #expect(request.system == ["one", "two", "three"])
        #expect(request.messages == [GenerationMessage(.user, [.text("hi")])])
    }

    @Test("§4.1: parallel calls and their results, names looked up, results in one message")
    func toolLoop() throws {
        let request = try Self.read(
            """
            {"role":"assistant","content":"wait","tool_calls":[\(Self.call),{"id":"c2","function":{"name":"g",
            "arguments":""}}]},{"role":"tool","tool_call_id":"c1","content":"1"},{"role":"tool","tool_call_id":"c2",
            "content":[{"type":"text","text":"2"},{"type":"text","text":"3"}]},{"role":"user","content":"go on"}
            """
        )
        let arguments: JSONValue = ["a": 1.0]
        #expect(
            request.messages == [
                GenerationMessage(
                    .assistant,
                    [
                        .text("wait"), .toolCall(ToolCall(id: "c1", name: "f", arguments: arguments)),
                        .toolCall(ToolCall(id: "c2", name: "g", arguments: .object([]))),
                    ]
                ),
                GenerationMessage(
                    .user,
                    [
                        .toolResult(ToolResult(callID: "c1", name: "f", content: [.text("1")])),
                        .toolResult(ToolResult(callID: "c2", name: "g", content: [.text("2"), .text("3")])),
                    ]
                ),
                GenerationMessage(.user, [.text("go on")]),
            ]
        )
        guard case .toolCall(let first) = request.messages[0].parts[1] else { return }
        #expect(first.arguments.text == #"{"a":1.0}"#)
    }

    @Test("A result whose call is not in the conversation has no name")
    func orphan() throws {
        let request = try Self.read(#"{"role":"tool","tool_call_id":"c9","content":"1"}"#)
        #expect(request.messages[0].parts == [.toolResult(ToolResult(callID: "c9", content: [.text("1")]))])
    }

    @Test("§4.1: functions as they were before tools")
    func formerCalls() throws {
        let request = try Self.read(
            """
            {"role":"user","content":"hi"},{"role":"assistant","content":null,"function_call":{"name":"f","arguments":
            "{}"}},{"role":"function","name":"f","content":"1"},{"role":"assistant","content":null,"function_call":{
            "name":"f","arguments":"null"}},{"role":"function","name":"f","content":null}
            """
        )
        let ids = request.messages.flatMap(\.parts).compactMap { part -> String? in
            switch part {
            case .toolCall(let call): call.id
            case .toolResult(let result): result.callID
            case .text, .refusal, .media, .thought: nil
            }
        }
        #expect(ids == ["call_function_0", "call_function_0", "call_function_1", "call_function_1"])
        #expect(
            request.messages[2].parts
                == [.toolResult(ToolResult(callID: "call_function_0", name: "f", content: [.text("1")]))]
        )
    }

    @Test("§4.7: signatures come back with their calls, thoughts of compatibles with their message")
    func signatures() throws {
        let extra = #""extra_content":{"google":{"thought_signature":"sig"}}"#
        let request = try Self.read(
            #"{"role":"assistant","reasoning":"hm","tool_calls":[{"id":"c","function":{"name":"f"},\#(extra)}]}"#
        )
        #expect(
            request.messages[0].parts == [
                .thought(Thought(text: "hm", origin: .openai)),
                .toolCall(ToolCall(id: "c", name: "f", arguments: .object([]), signature: "sig")),
            ]
        )
    }

    @Test("§4.1: names of messages are dropped and told, refusals stay, empty messages go")
    func names() throws {
        let request = try Self.read(
            """
            {"role":"user","content":"hi","name":"n"},{"role":"user","content":"","name":"n"},{"role":"assistant",
            "content":"","refusal":"no"},{"role":"assistant","content":null}
            """
        )
        #expect(request.untranslated == ["name"])
        #expect(
            request.messages
                == [GenerationMessage(.user, [.text("hi")]), GenerationMessage(.assistant, [.refusal("no")])]
        )
    }

    @Test(
        "§7: what is refused, and where",
        arguments: [
            (#"{"content":"x"}"#, "missing_required_parameter", "messages[0].role"),
            (#"{"role":"robot","content":"x"}"#, "invalid_value", "messages[0].role"),
            (#"{"role":"user"}"#, "missing_required_parameter", "messages[0].content"),
            (#"{"role":"user","content":5}"#, "invalid_type", "messages[0].content"),
            (#"{"role":"user","content":[5]}"#, "invalid_type", "messages[0].content[0]"),
            (#"{"role":"assistant","audio":{"id":"a"}}"#, "unsupported_value", "messages[0].audio"),
            (
                #"{"role":"user","content":"x"},{"role":"assistant","tool_calls":[{"id":"c","type":"custom"}]}"#,
                "unsupported_value", "messages[1].tool_calls[0].type"
            ),
            (
                #"{"role":"assistant","tool_calls":[{"function":{"name":"f"}}]}"#, "missing_required_parameter",
                "messages[0].tool_calls[0].id"
            ),
            (
                #"{"role":"assistant","tool_calls":[{"id":"c","function":{"name":""}}]}"#, "invalid_value",
                "messages[0].tool_calls[0].function.name"
            ),
            (
                #"{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"{"}}]}"#,
                "invalid_value", "messages[0].tool_calls[0].function.arguments"
            ),
            (
                #"{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":"[1]"}}]}"#,
                "invalid_value", "messages[0].tool_calls[0].function.arguments"
            ),
            (
                #"{"role":"assistant","tool_calls":[{"id":"c","function":{"name":"f","arguments":{}}}]}"#,
                "invalid_type", "messages[0].tool_calls[0].function.arguments"
            ),
            (#"{"role":"tool","content":"x"}"#, "missing_required_parameter", "messages[0].tool_call_id"),
            (#"{"role":"function","name":"f","content":"x"}"#, "invalid_value", "messages[0].name"),
        ]
    )
    func refusals(messages: String, code: String, param: String) {
        let refusal = Self.refusal(messages)
        #expect(refusal?.code == code)
        #expect(refusal?.param == param)
    }
}
