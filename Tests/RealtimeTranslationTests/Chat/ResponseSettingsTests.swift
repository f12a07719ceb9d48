import Dialects
import RealtimeTranslation
import Testing

/// What one response is made with (protocol: realtime §4).
@Suite struct ResponseSettingsTests {
    /// A response may override; the session stays as it was.
    @Test func overridesTheSession() throws {
        var scene = ChatScene()
        let tool: JSONValue = ["type": "function", "name": "f", "description": "d", "parameters": ["type": "object"]]
        scene.send([
            "type": "session.update",
            "session": ["type": "realtime", "tools": [tool], "tool_choice": "required", "instructions": "a"],
        ])
        let other: JSONValue = ["type": "function", "name": "g"]
        let work = try scene.respond([
            "instructions": "b", "tools": [other], "tool_choice": ["type": "function", "name": "g"],
            "parallel_tool_calls": false, "reasoning": ["effort": "low"], "temperature": 0.5,
        ])
        let request = try #require(scene.requests.last)
        #expect(request.system == ["b"])
        #expect(request.tools == [FunctionTool(name: "g")])
        #expect(request.toolChoice == .function(name: "g"))
        #expect(request.allowsParallelToolCalls == false)
        #expect(request.reasoning == Reasoning(effort: .low))
        #expect(request.sampling.temperature == 0.5)
        scene.hear(.ended, by: work)
        try scene.respond(["tools": []])
        #expect(scene.requests.last?.toolChoice == nil)
        #expect(scene.requests.last?.system == ["a"])
    }

    struct Refused: CustomTestStringConvertible {
        let response: JSONValue
        let code: String
        let param: String

        init(_ response: JSONValue, _ code: String, _ param: String) {
            self.response = response
            self.code = code
            self.param = param
        }

        var testDescription: String { response.text }
    }

    static let refusals = [
        Refused(1, "invalid_type", "response"),
        Refused(["foo": 1], "unknown_parameter", "response.foo"),
        Refused(["conversation": "other"], "invalid_value", "response.conversation"),
        Refused(["output_modalities": ["audio"]], "unsupported_value", "response.output_modalities"),
        Refused(["tool_choice": "required"], "invalid_value", "response.tool_choice"),
        Refused(["tool_choice": ["type": "function", "name": "f"]], "invalid_value", "response.tool_choice"),
        Refused(["metadata": ["a": 1]], "invalid_type", "response.metadata.a"),
        Refused(["input": "x"], "invalid_type", "response.input"),
        Refused(["input": [["type": "item_reference", "id": "x"]]], "invalid_value", "response.input[0].id"),
        Refused(["input": [["type": "message"]]], "missing_required_parameter", "response.input[0].role"),
        Refused(
            ["input": [["type": "function_call_output", "call_id": "c", "output": ""]]],
            "invalid_value",
            "response.input[0].call_id"
        ),
        Refused(["audio": ["input": [:]]], "unknown_parameter", "response.audio.input"),
        Refused(["prompt": ["id": "p"]], "unsupported_value", "response.prompt"),
    ]

    @Test(arguments: refusals)
    func refusesByName(_ refused: Refused) throws {
        var scene = ChatScene()
        let told = scene.send(["type": "response.create", "event_id": "e", "response": refused.response])
        #expect(told.types == ["error"])
        #expect(scene.lastError?["code"] == .string(refused.code))
        #expect(scene.lastError?["param"] == .string(refused.param))
        #expect(scene.lastError?["event_id"] == "e")
        #expect(scene.asked.isEmpty)
    }

    @Test func metadataIsBounded() {
        var scene = ChatScene()
        let pairs = (0..<17).map { JSONField("k\($0)", "v") }
        #expect(scene.ask(["metadata": .object(pairs)]) == nil)
        #expect(scene.lastError?["param"] == "response.metadata")
        #expect(scene.ask(["metadata": .object(Array(pairs.dropLast()))]) != nil)
    }
}
