// Chat completions: the answer decided, then told whole or as a stream (HTTP reference §1.3, §1.4).

import Dialects

/// What one choice of a chat answer says.
struct ChatContent {
    var pieces: [String] = []
    var calls: [(id: String, name: String, arguments: String)] = []
    var finish = "stop"

    var text: String { self.pieces.joined() }

    var tokens: Int {
        let calls = self.calls.map { TokenCount.text($0.name) + TokenCount.text($0.arguments) }.reduce(0, +)
        return TokenCount.text(self.text) + calls
    }
}

/// Answers chat requests.
package enum ChatScript {
    /// Answers the body of a `POST /v1/chat/completions`.
    package static func answer(
        _ body: [UInt8],
        identifiers: IdentifierSequence,
        unixTime: Int64
    ) -> SimulatedHTTPAnswer {
        var identifiers = identifiers
        do throws(ChatRefusal) {
            let request = try ChatRequest(body)
            switch request.model.fault {
            case .refuse(let status)?: return .refusal(status)
            case .stallHandshake?: return .silence
            default: break
            }
            let completion = ChatCompletion(
                request: request,
                id: identifiers.next("chatcmpl-"),
                created: Int(unixTime),
                choices: (0..<request.choices).map { self.content(of: request, choice: $0, &identifiers) }
            )
            return request.isStream ? ChatStream.answer(completion) : completion.whole
        } catch {
            return error.answer
        }
    }

    private static func content(
        of request: ChatRequest,
        choice: Int,
        _ identifiers: inout IdentifierSequence
    ) -> ChatContent {
        var content = ChatContent()
        let material = self.material(of: request.messages, choice: choice)
        if material.toolResults.isEmpty {
            let text = material.userText ?? ""
            content.calls = ToolTrigger.tools(
                from: request.tools,
                choice: request.toolChoice,
                text: text,
                allowsParallel: request.allowsParallelCalls
            ).map { tool in
                (identifiers.next("call_"), tool.name, ToolArguments.object(for: tool.parameters, text: text).text)
            }
            if !content.calls.isEmpty {
                content.finish = "tool_calls"
                return content
            }
        }
        let text: String
        if let schema = request.schema {
            text = ToolArguments.object(for: schema, text: material.userText ?? "").text
        } else {
            text = AnswerWriter.answer(to: material)
        }
        content.pieces = AnswerPieces.cut(text)
        if request.model.fault == .large {
            content.pieces.insert(ResponsePlan.largePiece, at: content.pieces.count / 2)
        }
        self.truncate(&content, to: request.maxTokens)
        return content
    }

    private static func truncate(_ content: inout ChatContent, to maxTokens: Int?) {
        guard let maxTokens else { return }
        var text = ""
        for (index, piece) in content.pieces.enumerated() {
            text += piece
            if TokenCount.text(text) > maxTokens {
                content.pieces.removeSubrange(index...)
                content.finish = "length"
                return
            }
        }
    }

    /// What the last message asks: the user's words, or the outputs of the tools called since.
    private static func material(of messages: [ChatMessage], choice: Int) -> AnswerMaterial {
        var material = AnswerMaterial()
        material.turn = messages.count { $0.role == "assistant" } + choice
        let isToolTurn = messages.last?.role == "tool"
        for message in messages.reversed() {
            if message.role == "user" {
                material.userText = message.text.isEmpty ? nil : message.text
                material.images = message.images
                break
            }
            guard isToolTurn, message.role == "tool" else { continue }
            let name = messages.flatMap(\.calls).first { $0.id == message.toolCallID }?.name ?? "tool"
            material.toolResults.insert((name, message.text), at: 0)
        }
        return material
    }
}

/// A chat answer with all that both ways of telling it need.
struct ChatCompletion {
    let request: ChatRequest
    let id: String
    let created: Int
    let choices: [ChatContent]

    static let fingerprint: JSONValue = "fp_simulator"

    var usage: JSONValue {
        let prompt = self.request.promptTokens
        let completion = self.choices.map(\.tokens).reduce(0, +)
        return [
            "prompt_tokens": .integer(prompt), "completion_tokens": .integer(completion),
            "total_tokens": .integer(prompt + completion),
            "prompt_tokens_details": ["cached_tokens": 0, "audio_tokens": 0],
            "completion_tokens_details": [
                "reasoning_tokens": 0, "audio_tokens": 0, "accepted_prediction_tokens": 0,
                "rejected_prediction_tokens": 0,
            ],
        ]
    }

    /// The answer in one body, after the time its words would have taken to think of.
    var whole: SimulatedHTTPAnswer {
        let choices = self.choices.enumerated().map { index, content in
            var message: JSONValue = [
                "role": "assistant", "content": content.calls.isEmpty ? .string(content.text) : .null, "refusal": nil,
                "annotations": [],
            ]
            if !content.calls.isEmpty {
                message["tool_calls"] = .array(
                    content.calls.map { call in
                        [
                            "id": .string(call.id), "type": "function",
                            "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
                        ]
                    }
                )
            }
            return [
                "index": .integer(index), "message": message, "logprobs": nil, "finish_reason": .string(content.finish),
            ] as JSONValue
        }
        var body: JSONValue = [
            "id": .string(self.id), "object": "chat.completion", "created": .integer(self.created),
            "model": .string(self.request.model.name), "choices": .array(choices), "usage": self.usage,
            "service_tier": "default", "system_fingerprint": Self.fingerprint,
        ]
        if self.request.model.fault == .noUsage { body["usage"] = nil }
        let pace = self.request.model.pace
        let pieces = self.choices.map(\.pieces.count).max() ?? 0
        let pause = pace.thinking + pace.perPiece * Int64(min(pieces, 20))
        var answer = SimulatedHTTPAnswer.json(200, body, after: .nanoseconds(pause))
        self.breakWhole(&answer)
        return answer
    }

    /// Applies a fault to a whole answer: half of the body, then what the fault says.
    private func breakWhole(_ answer: inout SimulatedHTTPAnswer) {
        guard let bytes = answer.pieces.first?.bytes else { return }
        let half = Array(bytes.prefix(bytes.count / 2))
        switch self.request.model.fault {
        case .stallMidTurn?:
            answer.pieces[0].bytes = half
            answer.end = .stall
        case .dropMidTurn?, .close?:
            answer.pieces[0].bytes = half
            answer.end = .cut
        case .garbage?:
            answer.pieces[0].bytes = half + Array("\u{0}<garbage>".utf8)
            answer.bodyLength = answer.pieces[0].bytes.count
        case .failTurn?, .expire?:
            let headers = answer.headers
            answer = .refusal(500)
            answer.headers = headers
        case .refuse?, .stallHandshake?, .large?, .binary?, .slow?, .noUsage?, .echo?, .goAway?, nil: break
        }
    }
}
