// What a Claude model can do, as far as its name tells (protocol: http §4.3: "old models", "some models").
//
// Names are `claude-3-7-sonnet-…`, `claude-opus-4-1-…`, `claude-sonnet-4-5`, with a cloud's prefix or suffix at times. A
// name that tells no version is taken for that of a new model that still takes what old ones took.

/// Abilities of a Claude model that decide how a request is worded.
struct ClaudeModelTraits: Equatable {
    /// How a model is told to think.
    enum Thinking: Equatable {
        case never
        /// Up to 4.5: with a budget in tokens.
        case budget
        /// 4.6, and where the name tells nothing: with a budget, or adaptively with an effort.
        case budgetOrAdaptive
        /// From 4.7 on: adaptively with an effort.
        case adaptive
    }

    var thinking = Thinking.budgetOrAdaptive
    /// Whether `temperature` and `top_p` may stand in one request: until 4.0.
    var takesTemperatureWithTopP = true

    init(model: String) {
        guard let version = Self.version(of: model) else { return }
        takesTemperatureWithTopP = version < (4, 1)
        if version < (3, 7) {
            thinking = .never
        } else if version < (4, 6) {
            thinking = .budget
        } else if version >= (4, 7) {
            thinking = .adaptive
        }
    }

    /// The first number behind `claude`, with the one next to it; a date is no version.
    private static func version(of model: String) -> (Int, Int)? {
        let words = model.lowercased().split { "-.@:/_".contains($0) }
        guard let start = words.lastIndex(of: "claude") else { return nil }
        let behind = words[(start + 1)...]
        guard let index = behind.firstIndex(where: { Self.number($0) != nil }), let major = Self.number(behind[index])
        else { return nil }
        let next = index + 1
        return (major, next < behind.endIndex ? Self.number(behind[next]) ?? 0 : 0)
    }

    private static func number(_ word: Substring) -> Int? {
        word.utf8.count <= 2 && word.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(word) : nil
    }
}
