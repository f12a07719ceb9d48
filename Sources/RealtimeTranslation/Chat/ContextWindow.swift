// Which items the model is shown when a conversation is longer than its context (realtime §3, `truncation`).
//
// Whole turns go, the oldest first: a turn is what users and instructions say in a row with all that answers it, so that no
// output loses its call. The last turn always stays. Sizes are estimates, as everywhere before a provider has counted.

import Dialects

/// The part of a conversation that the model is shown.
struct ContextWindow: Equatable {
    /// Ids of the items that are left out.
    private(set) var leftOut: Set<String> = []
    /// Tokens of the items that stay, as estimated.
    private(set) var tokens = 0
    /// Whether even what stays is more than the model takes.
    private(set) var isOverfull = false

    /// Four bytes of English text are a token or so.
    private static let bytesPerToken = 4
    /// What an item costs beside its text, and an image of unknown size.
    private static let tokensPerItem = 4
    private static let tokensPerImage = 1_000
    /// What is kept free for the answer where the client sets no bound, and the most of a small context that it is.
    private static let answerTokens = 4_096
    private static let answerShare = 4

    /// `budget` is what the items may take; nil for no bound.
    init(_ items: [ConversationItem], budget: Int?, truncation: Truncation) {
        let costs = items.map(Self.tokens(of:))
        tokens = costs.reduce(0, +)
        var bound = budget
        if case .retention(_, let limit?) = truncation { bound = min(bound ?? limit, limit) }
        guard let bound, tokens > bound else { return }
        let goal: Int
        switch truncation {
        case .disabled:
            isOverfull = true
            return
        case .auto: goal = bound
        case .retention(let ratio, _): goal = Int(Double(max(0, bound)) * ratio)
        }
        var start = 0
        for next in Self.turnStarts(items).dropFirst() where tokens > goal {
            for index in start..<next {
                leftOut.insert(items[index].id)
                tokens -= costs[index]
            }
            start = next
        }
        isOverfull = tokens > bound
    }

    /// What the items may take of a context, beside everything else that a request says.
    static func budget(contextLength: Int?, answer: Int?, request: GenerationRequest) -> Int? {
        guard let contextLength, contextLength > 0 else { return nil }
        let answer = answer.map { min($0, contextLength / 2) } ?? min(answerTokens, contextLength / answerShare)
        let size = request.size
        return contextLength - answer - size.textBytes / bytesPerToken
    }

    static func tokens(of item: ConversationItem) -> Int {
        let images = item.content.count { part in
            if case .image = part { true } else { false }
        }
        return tokensPerItem + (item.textBytes + bytesPerToken - 1) / bytesPerToken + images * tokensPerImage
    }

    /// Where turns begin; 0 is the first.
    private static func turnStarts(_ items: [ConversationItem]) -> [Int] {
        var starts: [Int] = []
        var isWithinInput = false
        for (index, item) in items.enumerated() {
            let isInput = item.role == .user || item.role == .system
            if index == 0 || (isInput && !isWithinInput) { starts.append(index) }
            isWithinInput = isInput
        }
        return starts
    }
}
