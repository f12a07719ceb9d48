// What a model says, as the events of a response (realtime §8). Thoughts are not shown; signed ones are kept beside the item
// that follows them, since the model that thought them wants them back.

import Dialects

extension ChatSession {
    /// What a thought takes of the memory beside its texts.
    private static let thoughtBytes = 64

    mutating func take(_ event: GenerationEvent, at index: Int) {
        switch event {
        case .text(let text, candidate: 0): extend(.text, with: text, at: index)
        case .refusal(let text, candidate: 0): extend(.refusal, with: text, at: index)
        case .thought(let text, candidate: 0):
            if count(text.utf8.count, at: index) { responses[index].thought += text }
        case .thoughtSignature(let signature, let origin, candidate: 0):
            guard !signature.isEmpty, count(signature.utf8.count + Self.thoughtBytes, at: index) else { return }
            let thought = Thought(text: responses[index].thought, signature: signature, origin: origin)
            responses[index].thoughts.append(thought)
            responses[index].thought = ""
        case .toolCallStarted(let start, candidate: 0): startCall(start, at: index)
        case .toolCallArguments(let text, let call, candidate: 0): extendCall(call, with: text, at: index)
        case .finished(let reason, candidate: 0): responses[index].finish = reason
        case .usage(let usage): responses[index].usage = usage
        case .failed(let error): endFailed(at: index, error)
        case .ended: endWhole(at: index)
        case .started, .text, .refusal, .thought, .thoughtSignature, .toolCallStarted, .toolCallArguments, .finished:
            // Other candidates were not asked for.
            break
        }
    }

    /// Counts bytes of an answer; false when there are too many and the response has failed.
    private mutating func count(_ bytes: Int, at index: Int) -> Bool {
        responses[index].byteCount += bytes
        let held = responses[index].settings.isOutOfBand ? 0 : conversation.byteCount
        guard held + responses[index].byteCount > limits.historyBytes else { return true }
        fail(
            at: index,
            code: "conversation_too_large",
            "The answer would take the conversation beyond its \(limits.historyBytes) bytes."
        )
        return false
    }

    // MARK: Texts

    private mutating func extend(_ kind: OutputItem.Kind, with text: String, at index: Int) {
        guard !text.isEmpty, count(text.utf8.count, at: index) else { return }
        let kind = responses[index].settings.speaks ? OutputItem.Kind.speech : kind
        let open = responses[index].output.lastIndex { $0.isOpen && !$0.isWhole && $0.kind == kind }
        if open == nil, !closeTexts(at: index) { return }
        guard let position = open ?? add(kind, at: index) else { return }
        if kind == .speech { return speak(text, of: position, at: index) }
        responses[index].output[position].text += text
        let ids = partIDs(of: position, at: index)
        say("response.output_text.delta", ids.overlaid(with: ["delta": .string(text)]))
    }

    /// A text is whole once something else follows it; false when the response has failed over that.
    private mutating func closeTexts(at index: Int) -> Bool {
        for position in responses[index].output.indices where responses[index].output[position].isOpen {
            switch responses[index].output[position].kind {
            case .text, .refusal: close(position, of: index, .completed)
            case .speech: guard endText(of: position, at: index) else { return false }
            case .call: break
            }
        }
        return true
    }

    // MARK: Calls

    private mutating func startCall(_ start: ToolCallStart, at index: Int) {
        guard count(start.id.utf8.count + start.name.utf8.count, at: index), closeTexts(at: index) else { return }
        let pending =
            responses[index].settings.isOutOfBand
            ? responses[index].output.count(where: \.isCall) : conversation.pendingCalls
        guard pending < limits.pendingToolCalls else {
            return fail(
                at: index,
                code: "too_many_tool_calls",
                "At most \(limits.pendingToolCalls) function calls may wait for their outputs."
            )
        }
        // Ids that a relay made up for a provider that has none may come again in the next answer.
        let isTaken =
            start.id.isEmpty || conversation.hasCall(start.id)
            || responses[index].output.contains { $0.callID == start.id }
        let id = isTaken ? identifiers.next("call_") : start.id
        _ = add(.call(id: id, name: start.name, index: start.index), signature: start.signature, at: index)
    }

    private mutating func extendCall(_ call: Int, with text: String, at index: Int) {
        guard !text.isEmpty, count(text.utf8.count, at: index) else { return }
        for position in responses[index].output.indices.reversed() {
            guard responses[index].output[position].isOpen,
                case .call(let id, _, call) = responses[index].output[position].kind
            else { continue }
            responses[index].output[position].text += text
            let delta: JSONValue = ["call_id": .string(id), "delta": .string(text)]
            return say(
                "response.function_call_arguments.delta",
                ids(of: position, at: index).overlaid(with: delta)
            )
        }
    }

    // MARK: The end

    /// The provider says that the answer is whole; what of it is to be spoken still is.
    private mutating func endWhole(at index: Int) {
        let usual = responses[index].usualEnd
        let isBroken = responses[index].output.contains { output in
            output.isOpen && output.isCall && CallArguments.object(output.text) == nil
        }
        if isBroken, usual == .completed {
            let message = "The model called a function with arguments that are no JSON object."
            return endFailed(at: index, ProviderError(code: "bad_gateway", message: message))
        }
        guard responses[index].settings.speaks else { return end(at: index, usual) }
        for position in responses[index].output.indices where responses[index].output[position].isOpen {
            if responses[index].output[position].isCall { close(position, of: index, usual.itemStatus) }
        }
        guard closeTexts(at: index) else { return }
        responses[index].phase = .speaking(usual)
        advance(at: index)
    }

    /// The answer has come to a bad end, and its voice with it.
    mutating func endFailed(at index: Int, _ error: ProviderError) {
        stopSpeeches(at: index)
        end(at: index, .failed(error))
    }
}
