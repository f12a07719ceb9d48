import Dialects
import RealtimeTranslation
import Testing

/// Items as clients send them, and what is wrong with some (protocol: realtime §6).
@Suite struct ItemReaderTests {
    struct Refused: CustomTestStringConvertible {
        let item: JSONValue
        let code: String
        let param: String

        init(_ item: JSONValue, _ code: String, _ param: String) {
            self.item = item
            self.code = code
            self.param = param
        }

        var testDescription: String { item.text }
    }

    private static func message(_ role: JSONValue, _ part: JSONValue) -> JSONValue {
        ["type": "message", "role": role, "content": [part]]
    }

    static let refusals = [
        Refused(1, "invalid_type", "item"),
        Refused([:], "missing_required_parameter", "item.type"),
        Refused(["type": "thing"], "invalid_value", "item.type"),
        Refused(["type": "mcp_call"], "unsupported_value", "item.type"),
        Refused(["type": "message", "content": []], "missing_required_parameter", "item.role"),
        Refused(["type": "message", "role": "tool", "content": []], "invalid_value", "item.role"),
        Refused(["type": "message", "role": "user"], "missing_required_parameter", "item.content"),
        Refused(["type": "message", "role": "user", "content": "x"], "invalid_type", "item.content"),
        Refused(message("user", ["type": "output_text", "text": "x"]), "invalid_value", "item.content[0].type"),
        Refused(message("user", ["type": "input_text"]), "missing_required_parameter", "item.content[0].text"),
        Refused(message("user", ["type": "input_text", "text": 1]), "invalid_type", "item.content[0].text"),
        Refused(
            message("user", ["type": "input_image", "image_url": "http://x/y.png"]),
            "invalid_value",
            "item.content[0].image_url"
        ),
        Refused(
            message("user", ["type": "input_image", "image_url": "data:image/png;base64,%%%"]),
            "invalid_value",
            "item.content[0].image_url"
        ),
        Refused(
            message("user", ["type": "input_audio", "audio": "AAAA"]),
            "unsupported_value",
            "item.content[0].type"
        ),
        Refused(
            message("user", ["type": "input_text", "text": "x", "foo": 1]),
            "unknown_parameter",
            "item.content[0].foo"
        ),
        Refused(["type": "message", "role": "user", "content": [], "foo": 1], "unknown_parameter", "item.foo"),
        Refused(["type": "message", "role": "user", "content": [], "id": "root"], "invalid_value", "item.id"),
        Refused(
            ["type": "function_call", "name": "f", "arguments": "no", "call_id": "c"],
            "invalid_value",
            "item.arguments"
        ),
        Refused(
            ["type": "function_call_output", "call_id": "nobody", "output": "1"],
            "invalid_value",
            "item.call_id"
        ),
        Refused(["type": "function_call_output", "output": "1"], "missing_required_parameter", "item.call_id"),
    ]

    @Test(arguments: refusals)
    func refusesByName(_ refused: Refused) throws {
        var scene = ChatScene()
        let told = scene.send(["type": "conversation.item.create", "event_id": "e", "item": refused.item])
        #expect(told.types == ["error"])
        let error = try #require(scene.lastError)
        #expect(error["code"] == .string(refused.code))
        #expect(error["param"] == .string(refused.param))
        #expect(error["event_id"] == "e")
    }

    /// What a session has told of an item can be sent to another one.
    @Test func takesItsOwnItemsBack() throws {
        let items: [JSONValue] = [
            ["type": "message", "role": "assistant", "content": [["type": "output_audio", "transcript": "Hm."]]],
            ["type": "message", "role": "user", "content": [["type": "input_audio", "transcript": "Hm?"]]],
            [
                "type": "message", "role": "user",
                "content": [["type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": "high"]],
            ],
            ["type": "function_call", "name": "f", "arguments": "{\"a\":1}"],
        ]
        for item in items {
            var scene = ChatScene()
            let told = scene.send(["type": "conversation.item.create", "item": item])
            let shown = try #require(told.first?["item"])
            var other = ChatScene()
            #expect(other.send(["type": "conversation.item.create", "item": shown]).first?["item"] == shown)
        }
    }
}
