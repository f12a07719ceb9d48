// A whole answer told as events: for a client that wants a stream from a provider that sends none (protocol: http §8).

extension GenerationResponse {
    /// The answer as a stream would have told it, `.ended` included.
    package var events: [GenerationEvent] {
        var events: [GenerationEvent] = [.started(id: id, model: model)]
        for candidate in candidates {
            var calls = 0
            for part in candidate.parts {
                events += Self.events(of: part, candidate: candidate.index, calls: &calls)
            }
            events.append(.finished(candidate.finish, candidate: candidate.index))
        }
        if let usage { events.append(.usage(usage)) }
        events.append(.ended)
        return events
    }

    /// Bytes of what the model made, for an estimate where no usage is told.
    package var textBytes: Int {
        events.reduce(0) { $0 + $1.textBytes }
    }

    /// Media and results are nothing that a stream could tell.
    private static func events(of part: GenerationPart, candidate: Int, calls: inout Int) -> [GenerationEvent] {
        switch part {
        case .text(let text):
            return [.text(text, candidate: candidate)]
        case .refusal(let text):
            return [.refusal(text, candidate: candidate)]
        case .thought(let thought):
            var events: [GenerationEvent] = thought.text.isEmpty ? [] : [.thought(thought.text, candidate: candidate)]
            if let signature = thought.signature, !thought.isRedacted {
                events.append(.thoughtSignature(signature, origin: thought.origin, candidate: candidate))
            }
            return events
        case .toolCall(let call):
            let start = ToolCallStart(index: calls, id: call.id, name: call.name, signature: call.signature)
            calls += 1
            return [
                .toolCallStarted(start, candidate: candidate),
                .toolCallArguments(
                    String(decoding: call.arguments.rendered, as: UTF8.self),
                    index: start.index,
                    candidate: candidate
                ),
            ]
        case .media, .toolResult:
            return []
        }
    }
}
