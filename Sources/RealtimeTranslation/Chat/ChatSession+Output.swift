// The items of a response's output: how each is added and closed, towards the client and in the conversation (realtime §8).

import Dialects

extension ChatSession {
    /// Adds an item to a response, and to the conversation unless it is out of band; nil when there was no room and the
    /// response has failed.
    mutating func add(_ kind: OutputItem.Kind, signature: String? = nil, at index: Int) -> Int? {
        let position = responses[index].output.count
        var output = OutputItem(id: identifiers.next("item_"), index: position, kind: kind)
        output.thoughts = responses[index].thoughts
        output.signature = signature
        let isOutOfBand = responses[index].settings.isOutOfBand
        if isOutOfBand, position >= limits.historyItems {
            fail(at: index, code: "response_too_long", "A response may have at most \(limits.historyItems) items.")
            return nil
        }
        if !isOutOfBand {
            do throws(SessionRefusal) {
                try conversation.insert(output.item, after: nil)
            } catch {
                fail(at: index, code: error.code, error.message)
                return nil
            }
        }
        (responses[index].thoughts, responses[index].thought) = ([], "")
        responses[index].output.append(output)
        let head: JSONValue = [
            "response_id": .string(responses[index].id), "output_index": .integer(position),
        ]
        say("response.output_item.added", head.overlaid(with: ["item": output.item.value]))
        if !isOutOfBand { announce(output.item, "conversation.item.added") }
        if let part = output.part {
            say("response.content_part.added", partIDs(of: position, at: index).overlaid(with: ["part": part]))
        }
        return position
    }

    /// Ends an open item: its `done` events and its place in the conversation.
    mutating func close(_ position: Int, of index: Int, _ status: ConversationItem.Status) {
        var output = responses[index].output[position]
        var status = status
        if output.isCall {
            if status == .completed, CallArguments.isBlank(output.text) { output.text = "{}" }
            if CallArguments.object(output.text) == nil { status = .incomplete }
        }
        sayDone(output, at: index)
        output.close(status)
        responses[index].output[position] = output
        let item = output.item
        if !responses[index].settings.isOutOfBand {
            conversation.replace(item)
            announce(item, "conversation.item.done")
        }
        say(
            "response.output_item.done",
            [
                "response_id": .string(responses[index].id), "output_index": .integer(output.index),
                "item": item.value,
            ]
        )
    }

    private mutating func sayDone(_ output: OutputItem, at index: Int) {
        let text = JSONValue.string(output.text)
        let ids = partIDs(of: output.index, at: index)
        switch output.kind {
        case .text, .refusal:
            say("response.output_text.done", ids.overlaid(with: ["text": text]))
        case .speech:
            say("response.output_audio.done", ids)
            say("response.output_audio_transcript.done", ids.overlaid(with: ["transcript": text]))
        case .call(let id, let name, _):
            let done: JSONValue = ["call_id": .string(id), "name": .string(name), "arguments": text]
            say("response.function_call_arguments.done", self.ids(of: output.index, at: index).overlaid(with: done))
        }
        if let part = output.part { say("response.content_part.done", ids.overlaid(with: ["part": part])) }
    }

    /// Gives signed thoughts that nothing followed to the last item.
    mutating func sign(at index: Int) {
        guard !responses[index].thoughts.isEmpty, let last = responses[index].output.indices.last else { return }
        responses[index].output[last].afterthoughts += responses[index].thoughts
        responses[index].thoughts = []
        if !responses[index].settings.isOutOfBand { conversation.replace(responses[index].output[last].item) }
    }

    func ids(of position: Int, at index: Int) -> JSONValue {
        [
            "response_id": .string(responses[index].id), "item_id": .string(responses[index].output[position].id),
            "output_index": .integer(position),
        ]
    }

    func partIDs(of position: Int, at index: Int) -> JSONValue {
        ids(of: position, at: index).overlaid(with: ["content_index": 0])
    }
}
