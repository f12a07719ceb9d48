// The simulator's answers: short, deterministic, in the user's language, and always repeating what was said, so that a
// person enjoys them and a test can find its own words in them.
//
// Rules, first match: (1) "say exactly: X" in the response's instructions or the user's text gives X; (2) results of
// tools are told; (3) images are described; (4) a sum is solved; (5) text is repeated with a remark; (6) audio is
// described; (7) otherwise a greeting.

/// What an answer may refer to.
package struct AnswerMaterial: Sendable {
    /// Instructions of this very response, not of the session.
    package var instructions: String?
    /// What the user wrote last.
    package var userText: String?
    /// Outputs of tools since then, with the names of the tools.
    package var toolResults: [(name: String, output: String)] = []
    /// Images in the last message.
    package var images: [ImageDescription] = []
    /// What was heard in the last message.
    package var heard: HeardAudio?
    /// How many answers came before; varies the remark.
    package var turn = 0

    package init() {}
}

/// Writes answers by the rules above.
package enum AnswerWriter {
    private static let quotedWords = 14
    private static let quotedCharacters = 120

    package static func answer(to material: AnswerMaterial) -> String {
        if let exact = self.exactText(in: material.instructions) ?? self.exactText(in: material.userText) {
            return exact
        }
        let language = AnswerLanguage(of: material.userText ?? material.instructions ?? "")
        let phrases = AnswerPhrases(language: language)
        if !material.toolResults.isEmpty {
            return material.toolResults.map { phrases.toolSaid($0.name, self.quote($0.output)) }.joined(separator: " ")
        }
        if !material.images.isEmpty {
            let list = material.images.map(\.text).joined(separator: "; ")
            return phrases.seen(list)
        }
        if let text = material.userText, !text.isEmpty {
            if let sum = Arithmetic.solve(text) { return phrases.solved(sum) }
            let choice = Int((stableHash(text) &+ UInt64(material.turn)) % UInt64(phrases.remarks.count))
            return phrases.youSaid(self.quote(text)) + phrases.separator + phrases.remarks[choice]
        }
        if let heard = material.heard {
            return phrases.heard(heard)
        }
        return phrases.greeting
    }

    /// The text behind "say exactly:" (also "repeat after me:"), which tests script answers with.
    private static func exactText(in text: String?) -> String? {
        guard let text else { return nil }
        let head = text.prefix(32).lowercased()
        for command in ["say exactly:", "repeat after me:"] where head.hasPrefix(command) {
            let rest = text.dropFirst(command.count).drop { $0 == " " }
            return rest.isEmpty ? nil : String(rest.prefix(SimulatorLimits.exactCharacters))
        }
        return nil
    }

    /// The beginning of a text on one line, cut at a word, or at a character where words are not spaced.
    private static func quote(_ text: String) -> String {
        let words = text.prefix(SimulatorLimits.inspectedCharacters).split(whereSeparator: \.isWhitespace)
        var quoted = words.prefix(self.quotedWords).joined(separator: " ")
        var isCut = words.count > self.quotedWords
        if quoted.count > self.quotedCharacters {
            quoted = String(quoted.prefix(self.quotedCharacters))
            isCut = true
        }
        return isCut ? quoted + "…" : quoted
    }
}

/// Sums of two numbers, the one kind of question that is answered in earnest.
enum Arithmetic {
    /// Finds "12 + 30", "7*6", "10 minus 4" in a text and solves it, as `12 + 30 = 42`.
    static func solve(_ text: String) -> String? {
        guard text.count <= 80 else { return nil }
        let pattern = /(-?\d{1,9})\s*(\+|-|\*|×|x|\/|plus|minus|times)\s*(-?\d{1,9})/.ignoresCase()
        guard let match = text.firstMatch(of: pattern), let left = Int(match.1), let right = Int(match.3) else {
            return nil
        }
        switch match.2.lowercased() {
        case "+", "plus": return "\(left) + \(right) = \(left + right)"
        case "-", "minus": return "\(left) − \(right) = \(left - right)"
        case "/":
            guard right != 0 else { return nil }
            let quotient = (Double(left) / Double(right) * 1_000).rounded() / 1_000
            return "\(left) / \(right) = \(Int(exactly: quotient).map(String.init) ?? String(quotient))"
        default: return "\(left) × \(right) = \(left * right)"
        }
    }
}
