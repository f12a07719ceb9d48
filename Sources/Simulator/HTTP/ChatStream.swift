// A chat answer as server-sent events (HTTP reference §1.4): role, words or fragments of arguments, finish, usage if
// asked for, `[DONE]`. Each event is one piece, paced as a model speaks.

import Dialects

/// Tells chat answers as streams.
enum ChatStream {
    private static let argumentCharacters = 8

    static func answer(_ completion: ChatCompletion) -> SimulatedHTTPAnswer {
        var events = completion.choices.enumerated().flatMap { self.events(of: $1, index: $0, completion) }
        if completion.request.includesUsage, completion.request.model.fault != .noUsage {
            events.append(self.chunk(completion, choices: [], usage: completion.usage))
        }
        let pace = completion.request.model.pace
        var pieces = events.enumerated().map { index, event in
            SimulatedHTTPAnswer.Piece(
                after: .nanoseconds(index == 0 ? pace.thinking : pace.perPiece),
                bytes: Array("data: ".utf8) + event.rendered + Array("\n\n".utf8)
            )
        }
        pieces.append(SimulatedHTTPAnswer.Piece(after: .zero, bytes: Array("data: [DONE]\n\n".utf8)))
        var answer = SimulatedHTTPAnswer(
            status: 200,
            headers: [
                SimulatedHeader("content-type", "text/event-stream; charset=utf-8"),
                SimulatedHeader("cache-control", "no-cache"),
            ],
            bodyLength: nil,
            pieces: pieces,
            end: .clean
        )
        self.breakStream(&answer, completion.request.model.fault)
        return answer
    }

    private static func events(of content: ChatContent, index: Int, _ completion: ChatCompletion) -> [JSONValue] {
        var deltas: [JSONValue] = []
        if content.calls.isEmpty {
            deltas.append(["role": "assistant", "content": "", "refusal": nil])
            deltas += content.pieces.map { ["content": .string($0)] }
        } else {
            deltas.append(["role": "assistant", "content": nil])
            for (number, call) in content.calls.enumerated() {
                let head: JSONValue = [
                    "index": .integer(number), "id": .string(call.id), "type": "function",
                    "function": ["name": .string(call.name), "arguments": ""],
                ]
                deltas.append(["tool_calls": [head]])
                for fragment in AnswerPieces.cut(call.arguments, every: self.argumentCharacters) {
                    let part: JSONValue = [
                        "index": .integer(number), "function": ["arguments": .string(fragment)],
                    ]
                    deltas.append(["tool_calls": [part]])
                }
            }
        }
        var chunks = deltas.map { self.chunk(completion, choices: [self.choice(index, $0, finish: .null)]) }
        chunks.append(self.chunk(completion, choices: [self.choice(index, [:], finish: .string(content.finish))]))
        return chunks
    }

    private static func choice(_ index: Int, _ delta: JSONValue, finish: JSONValue) -> JSONValue {
        ["index": .integer(index), "delta": delta, "logprobs": nil, "finish_reason": finish]
    }

    /// One chunk; with `include_usage` every ordinary chunk carries `"usage":null`.
    private static func chunk(_ completion: ChatCompletion, choices: [JSONValue], usage: JSONValue = .null) -> JSONValue
    {
        var chunk: JSONValue = [
            "id": .string(completion.id), "object": "chat.completion.chunk", "created": .integer(completion.created),
            "model": .string(completion.request.model.name), "service_tier": "default",
            "system_fingerprint": ChatCompletion.fingerprint, "choices": .array(choices),
        ]
        if completion.request.includesUsage { chunk["usage"] = usage }
        return chunk
    }

    /// Applies a fault half-way through a stream.
    private static func breakStream(_ answer: inout SimulatedHTTPAnswer, _ fault: FaultModel?) {
        let half = answer.pieces.count / 2
        switch fault {
        case .stallMidTurn?:
            answer.pieces.removeSubrange(half...)
            answer.end = .stall
        case .dropMidTurn?, .close?:
            answer.pieces.removeSubrange(half...)
            answer.end = .cut
        case .garbage?:
            let noise = SimulatedHTTPAnswer.Piece(after: .zero, bytes: Array("data: {\"garbage\u{0}\n\n".utf8))
            answer.pieces.replaceSubrange(half..., with: [noise])
        case .failTurn?, .expire?:
            let error: JSONValue = [
                "error": [
                    "message": "The simulator was asked to fail here.", "type": "server_error", "param": nil,
                    "code": "simulated_failure",
                ]
            ]
            let piece = SimulatedHTTPAnswer.Piece(
                after: .zero,
                bytes: Array("data: ".utf8) + error.rendered + Array("\n\n".utf8)
            )
            answer.pieces.replaceSubrange(half..., with: [piece])
        case .refuse?, .stallHandshake?, .large?, .binary?, .slow?, .noUsage?, .echo?, .goAway?, nil: break
        }
    }
}
