// What a response will say, decided when it is created from the items it may look at.

import Dialects

/// One item of output to come.
enum PlannedItem: Equatable, Sendable {
    case message(pieces: [String])
    case call(name: String, pieces: [String])

    var pieces: [String] {
        switch self {
        case .message(let pieces), .call(_, let pieces): pieces
        }
    }

    var isMessage: Bool {
        if case .message = self { true } else { false }
    }
}

/// Input tokens of a response, by kind.
struct InputTokens: Equatable, Sendable {
    var text = 0
    var audio = 0
    var image = 0
    /// Parts of `text` and `audio` that the response before had as input as well.
    var cachedText = 0
    var cachedAudio = 0

    /// Caches work in blocks.
    private static let cacheBlock = 64

    /// Counts what a response takes in, after one that took in `previous`.
    init(request: ResponseRequest, items: [ConversationItem], previous: InputTokens?) {
        self.text =
            TokenCount.text(request.sessionInstructions) + TokenCount.text(request.instructions ?? "")
            + TokenCount.text(request.toolsText)
        for item in items {
            self.text += item.textTokens
            self.audio += item.audioTokens
            self.image += item.imageTokens
        }
        guard let previous else { return }
        self.cachedText = min(self.text, previous.text) / Self.cacheBlock * Self.cacheBlock
        self.cachedAudio = min(self.audio, previous.audio) / Self.cacheBlock * Self.cacheBlock
    }

    var total: Int { self.text + self.audio + self.image }
}

/// Plans responses.
enum ResponsePlan {
    private static let argumentCharacters = 8
    /// More than 1 MiB, so that it breaks a peer that caps messages there.
    static let largeBytes = 1_310_720

    /// The output of a response that sees those items.
    static func items(
        for request: ResponseRequest,
        seeing items: [ConversationItem],
        turn: Int,
        fault: FaultModel?
    ) -> [PlannedItem] {
        var material = AnswerMaterial()
        material.turn = turn
        material.instructions = request.instructions
        for item in items.reversed() {
            if item.type == "function_call_output", material.userText == nil {
                let name = items.first { $0.type == "function_call" && $0.callID == item.callID }
                material.toolResults.insert(
                    (name?.json["name"]?.string ?? "tool", item.json["output"]?.string ?? ""),
                    at: 0
                )
            } else if item.role == "user" {
                let typed = item.parts.compactMap { $0["text"]?.string }.joined(separator: " ")
                material.userText = typed.isEmpty ? nil : typed
                material.heard = item.audio?.heard
                material.images = item.images
                break
            } else if item.role == "assistant" {
                // What was answered already is not answered again; tools are, since their output comes behind.
                if material.toolResults.isEmpty { break }
            }
        }
        if material.toolResults.isEmpty {
            let text = material.userText ?? request.instructions ?? ""
            let calls = ToolTrigger.tools(
                from: request.tools,
                choice: request.toolChoice,
                text: text,
                allowsParallel: request.allowsParallelCalls
            )
            if !calls.isEmpty {
                return calls.map { tool in
                    let arguments = ToolArguments.object(for: tool.parameters, text: text).text
                    return .call(
                        name: tool.name,
                        pieces: AnswerPieces.cut(arguments, every: Self.argumentCharacters)
                    )
                }
            }
        }
        var pieces = AnswerPieces.cut(AnswerWriter.answer(to: material))
        if fault == .large {
            pieces.insert(self.largePiece, at: pieces.count / 2)
        }
        return [.message(pieces: pieces)]
    }

    /// A long piece of text that is no single repeated byte.
    static var largePiece: String {
        let line = " All work and no play makes a simulator a dull upstream."
        return String(repeating: line, count: self.largeBytes / line.utf8.count + 1)
    }
}
