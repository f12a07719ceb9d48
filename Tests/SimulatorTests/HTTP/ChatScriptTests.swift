// Chat answers in one body: text, tools, the answer after a tool, structured output, limits, faults.

import Dialects
import Testing

@testable import Simulator

@Suite("Chat completions")
struct ChatScriptTests {
    static let tools = #"""
        "tools":[{"type":"function","function":{"name":"get_weather","parameters":{"type":"object",
        "properties":{"city":{"type":"string"}},"required":["city"]}}}]
        """#

    private func answer(_ model: String, _ messages: String, _ more: String = "") -> (SimulatedHTTPAnswer, JSONValue) {
        let body = "{\"model\":\"\(model)\",\"messages\":[\(messages)]\(more.isEmpty ? "" : "," + more)}"
        let answer = ChatScript.answer(
            Array(body.utf8),
            identifiers: IdentifierSequence(seed: 3),
            unixTime: 1_790_000_000
        )
        return (answer, (try? JSONParser.parse(answer.pieces.flatMap(\.bytes))) ?? .null)
    }

    private let hello = #"{"role":"user","content":"hello relay"}"#
    private let weather = #"{"role":"user","content":"What is the weather in Paris?"}"#

    @Test("A plain answer repeats the words, counts by the rule, and is the same each time")
    func answersPlainly() throws {
        let (answer, json) = self.answer("sim-chat", self.hello)
        #expect(answer.status == 200)
        #expect(json["object"] == "chat.completion")
        #expect(json["model"] == "sim-chat")
        #expect(json["created"] == 1_790_000_000)
        let choice = try #require(json["choices"]?.elements.first)
        let text = try #require(choice["message"]?["content"]?.string)
        #expect(text.contains("hello relay"))
        #expect(choice["finish_reason"] == "stop")
        let prompt = 4 + TokenCount.text("hello relay")
        #expect(json["usage"]?["prompt_tokens"] == .integer(prompt))
        #expect(json["usage"]?["completion_tokens"] == .integer(TokenCount.text(text)))
        #expect(json["usage"]?["total_tokens"] == .integer(prompt + TokenCount.text(text)))
        #expect(answer == self.answer("sim-chat", self.hello).0)
    }

    @Test("A mentioned tool is called, and its output told")
    func callsTools() throws {
        let (_, json) = self.answer("sim-chat", self.weather, Self.tools)
        let choice = try #require(json["choices"]?.elements.first)
        #expect(choice["finish_reason"] == "tool_calls")
        #expect(choice["message"]?["content"] == .null)
        let call = try #require(choice["message"]?["tool_calls"]?.elements.first)
        #expect(call["function"] == ["name": "get_weather", "arguments": #"{"city":"Paris"}"#])
        let id = try #require(call["id"]?.string)
        let history = """
            \(self.weather),{"role":"assistant","content":null,"tool_calls":[\(call.text)]},
            {"role":"tool","tool_call_id":"\(id)","content":"21 degrees"}
            """
        let (_, second) = self.answer("sim-chat", history, Self.tools)
        let told = try #require(second["choices"]?.elements.first?["message"]?["content"]?.string)
        #expect(told.contains("21 degrees"))
        #expect(told.contains("get_weather"))
    }

    @Test("tool_choice none answers in words")
    func obeysChoice() {
        let (_, json) = self.answer("sim-chat", self.weather, Self.tools + #","tool_choice":"none""#)
        #expect(json["choices"]?.elements.first?["finish_reason"] == "stop")
    }

    @Test("Limits cut, n repeats, a schema is obeyed")
    func obeysOptions() throws {
        let (_, short) = self.answer("sim-chat", self.hello, #""max_tokens":3"#)
        #expect(short["choices"]?.elements.first?["finish_reason"] == "length")
        #expect((short["usage"]?["completion_tokens"]?.integer ?? 99) <= 3)
        let (_, several) = self.answer("sim-chat", self.hello, #""n":3"#)
        #expect(several["choices"]?.elements.map { $0["index"]?.integer } == [0, 1, 2])
        let schema =
            #""response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object","#
            + #""properties":{"ok":{"type":"boolean"}}}}}"#
        let (_, shaped) = self.answer("sim-chat", self.hello, schema)
        let text = try #require(shaped["choices"]?.elements.first?["message"]?["content"]?.string)
        #expect(text == #"{"ok":true}"#)
    }

    @Test("Faults do what the table says")
    func fails() {
        #expect(self.answer("sim-refuse-429", self.hello).0.status == 429)
        #expect(self.answer("sim-stall-handshake", self.hello).0.isSilent)
        for (model, end) in [("sim-stall-mid-turn", SimulatedHTTPAnswer.End.stall), ("sim-drop-mid-turn", .cut)] {
            let (answer, json) = self.answer(model, self.hello)
            #expect(answer.end == end)
            #expect((answer.bodyLength ?? 0) > answer.pieces.flatMap(\.bytes).count)
            #expect(json == .null)
        }
        #expect(self.answer("sim-garbage", self.hello).1 == .null)
        #expect(self.answer("sim-fail-turn", self.hello).0.status == 500)
        #expect(self.answer("sim-no-usage", self.hello).1["usage"] == nil)
        #expect(self.answer("sim-large", self.hello).0.pieces.flatMap(\.bytes).count > 1_048_576)
    }
}
