// Functions that the model calls (protocol: realtime §15.2). The upstream then waits for their outputs within the same turn; the
// response ends here, and what the model says next is another one.

import Dialects

extension GeminiLiveSession {
    mutating func call(_ calls: [LiveServerMessage.Call]) {
        var isAnyTold = false
        for call in calls {
            guard self.calls.count < limits.pendingToolCalls else {
                decline(call, "Too many calls wait for their outputs.")
                continue
            }
            tell(call)
            isAnyTold = true
        }
        if isAnyTold { finish(.completed, isPart: true) }
    }

    /// Tells the model that nobody will do what it asks for, so that it does not wait.
    mutating func decline(_ call: LiveServerMessage.Call, _ reason: String) {
        var answer: JSONValue = ["name": .string(call.name), "response": ["error": .string(reason)]]
        if let id = call.id { answer["id"] = .string(id) }
        send(["toolResponse": ["functionResponses": [answer]]])
    }

    private mutating func tell(_ call: LiveServerMessage.Call) {
        ensureResponse()
        closeMessage("completed")
        response?.hasSubstance = true
        let id = identifiers.next("item_")
        let callID = call.id ?? identifiers.next("call_")
        let index = response?.itemCount ?? 0
        response?.itemCount += 1
        calls.add(callID, LiveCalls.Pending(name: call.name, upstreamID: call.id))
        var item: JSONValue = [
            "id": .string(id), "object": "realtime.item", "type": "function_call", "status": "in_progress",
            "call_id": .string(callID), "name": .string(call.name), "arguments": "",
        ]
        addItem(item, id: id, index: index)
        let names: JSONValue = [
            "response_id": .optional(response?.id), "item_id": .string(id), "output_index": .integer(index),
            "call_id": .string(callID),
        ]
        let arguments = JSONValue.string(call.arguments)
        say("response.function_call_arguments.delta", names.overlaid(with: ["delta": arguments]))
        say(
            "response.function_call_arguments.done",
            names.overlaid(with: ["name": .string(call.name), "arguments": arguments])
        )
        item["status"] = "completed"
        item["arguments"] = arguments
        endItem(item, id: id, index: index)
    }
}
