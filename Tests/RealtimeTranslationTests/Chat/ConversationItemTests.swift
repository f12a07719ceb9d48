import Dialects
import RealtimeTranslation
import Testing

/// Items as clients make, read and delete them (protocol: realtime §4, §6).
@Suite struct ConversationItemTests {
    @Test func addsAtTheEndAndTellsWhere() throws {
        var scene = ChatScene()
        let first = scene.user("one", id: "a")
        #expect(first.types == ["conversation.item.added", "conversation.item.done"])
        #expect(first[0]["previous_item_id"] == .some(.null))
        #expect(
            first[0]["item"] == [
                "id": "a", "object": "realtime.item", "type": "message", "status": "completed", "role": "user",
                "content": [["type": "input_text", "text": "one"]],
            ]
        )
        let second = scene.user("two")
        #expect(second[1]["previous_item_id"] == "a")
        #expect(second[1]["item"]?["id"]?.string?.hasPrefix("item_") == true)
    }

    @Test func insertsWhereItIsTold() throws {
        var scene = ChatScene()
        scene.user("b", id: "b")
        let item: JSONValue = [
            "type": "message", "role": "system", "id": "a", "content": [["type": "input_text", "text": "s"]],
        ]
        let front = scene.send(["type": "conversation.item.create", "previous_item_id": "root", "item": item])
        #expect(front[0]["previous_item_id"] == .some(.null))
        var middle = item
        middle["id"] = "m"
        let told = scene.send(["type": "conversation.item.create", "previous_item_id": "a", "item": middle])
        #expect(told[0]["previous_item_id"] == "a")
        middle["id"] = "x"
        scene.send(["type": "conversation.item.create", "previous_item_id": "zzz", "item": middle])
        #expect(scene.lastError?["param"] == "previous_item_id")
        scene.send(["type": "conversation.item.create", "item": item])
        #expect(scene.lastError?["param"] == "item.id")
    }

    @Test func retrievesAndDeletes() {
        var scene = ChatScene()
        scene.user("one", id: "a")
        let got = scene.send(["type": "conversation.item.retrieve", "item_id": "a"])
        #expect(got.types == ["conversation.item.retrieved"])
        #expect(got[0]["item"]?["content"] == [["type": "input_text", "text": "one"]])
        let gone = scene.send(["type": "conversation.item.delete", "item_id": "a"])
        #expect(gone.types == ["conversation.item.deleted"])
        #expect(gone[0]["item_id"] == "a")
        for type in ["retrieve", "delete"] {
            scene.send(["type": .string("conversation.item.\(type)"), "item_id": "a", "event_id": "e"])
            #expect(scene.lastError?["code"] == .string("item_\(type)_invalid_item_id"))
            #expect(scene.lastError?["event_id"] == "e")
        }
    }

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

    @Test func aCallIsMadeOnceAndAnswered() {
        var scene = ChatScene()
        let call: JSONValue = ["type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"]
        #expect(scene.send(["type": "conversation.item.create", "item": call]).count == 2)
        scene.send(["type": "conversation.item.create", "item": call])
        #expect(scene.lastError?["param"] == "item.call_id")
        let output: JSONValue = ["type": "function_call_output", "call_id": "c", "output": "1"]
        let told = scene.send(["type": "conversation.item.create", "item": output])
        #expect(told.types == ["conversation.item.added", "conversation.item.done"])
        #expect(told[0]["item"]?["output"] == "1")
    }
}
