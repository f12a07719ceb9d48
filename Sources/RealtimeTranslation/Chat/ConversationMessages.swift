// A conversation's items as the messages of a chat model (realtime §6 to protocol: http §4.1).
//
// Chat models want every function call answered right behind the message that makes it, and nothing answered that was not
// called. A realtime conversation promises neither: outputs may come late, in any place, or never. So outputs are put behind
// their calls, a call without one is told so, and an output whose call is out of sight is left out. Calls that were cut off
// are left out as well: nobody was asked to answer them.

import Dialects

/// What items say to a chat model.
struct ConversationMessages: Equatable {
    private(set) var system: [String] = []
    private(set) var messages: [GenerationMessage] = []

    /// Stands for the output of a call that nobody answered.
    static let missingOutput = "(There is no output of this call.)"
    /// Stands for the user where a response is asked for before anything was said: chat models want a message.
    static let opening = "(The user has not said anything yet.)"
    /// Stands for the user where the model is to speak twice in a row: many chat models would only go on with their text.
    static let nudge = "(The user is waiting for you to go on.)"

    private var outputs: [String: String] = [:]
    /// What the assistant says in a row, and the calls within it.
    private var turn: [GenerationPart] = []
    private var calls: [ToolCall] = []

    init(_ items: [ConversationItem]) {
        for item in items {
            if case .callOutput(let id, let output) = item.kind { outputs[id] = output }
        }
        for item in items where item.status != .inProgress { add(item) }
        endTurn()
        if messages.isEmpty {
            messages.append(GenerationMessage(.user, [.text(Self.opening)]))
        } else if messages.last?.role == .assistant {
            messages.append(GenerationMessage(.user, [.text(Self.nudge)]))
        }
    }

    private mutating func add(_ item: ConversationItem) {
        switch item.kind {
        case .message(.system, let content):
            let text = content.compactMap(\.text).joined(separator: "\n")
            if !text.isEmpty { system.append(text) }
        case .message(.user, let content):
            let parts = content.compactMap(Self.part)
            guard !parts.isEmpty else { return }
            endTurn()
            messages.append(GenerationMessage(.user, parts))
        case .message(.assistant, let content):
            turn += item.thoughts.map(GenerationPart.thought)
            turn += content.compactMap(Self.part)
            turn += item.afterthoughts.map(GenerationPart.thought)
        case .call(let id, let name, let arguments):
            guard item.status == .completed, let object = CallArguments.object(arguments) else { return }
            let call = ToolCall(id: id, name: name, arguments: object, signature: item.signature)
            turn += item.thoughts.map(GenerationPart.thought)
            turn.append(.toolCall(call))
            turn += item.afterthoughts.map(GenerationPart.thought)
            calls.append(call)
        case .callOutput:
            // The model's words behind an output answer it: they belong to its next message.
            if !calls.isEmpty { endTurn() }
        }
    }

    private mutating func endTurn() {
        defer { (turn, calls) = ([], []) }
        let isSilent = turn.allSatisfy { part in
            if case .thought = part { true } else { false }
        }
        guard !isSilent else { return }
        messages.append(GenerationMessage(.assistant, turn))
        guard !calls.isEmpty else { return }
        messages.append(
            GenerationMessage(
                .user,
                calls.map { call in
                    let output = outputs[call.id] ?? Self.missingOutput
                    return .toolResult(ToolResult(callID: call.id, name: call.name, content: [.text(output)]))
                }
            )
        )
    }

    private static func part(_ content: ItemContent) -> GenerationPart? {
        switch content {
        case .image(let url, let detail): return ItemImage.media(url: url, detail: detail).map(GenerationPart.media)
        case .refusal(let text): return text.isEmpty ? nil : .refusal(text)
        case .inputText, .outputText, .outputAudio, .inputAudio:
            guard let text = content.text, !text.isEmpty else { return nil }
            return .text(text)
        }
    }
}
