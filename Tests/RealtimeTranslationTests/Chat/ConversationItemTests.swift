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
