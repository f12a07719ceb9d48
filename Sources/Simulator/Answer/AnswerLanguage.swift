// Which language a text is in, guessed well enough to answer in it.
//
// Scripts decide first; between languages in Latin letters the number of very common words does.

/// The languages the simulator answers in.
package enum AnswerLanguage: CaseIterable, Sendable {
    case english
    case german
    case french
    case spanish
    case italian
    case portuguese
    case dutch
    case russian
    case chinese
    case japanese
    case korean

    /// The likeliest language of a text; English when nothing speaks for another.
    package init(of text: String) {
        let sample = text.prefix(SimulatorLimits.inspectedCharacters)
        if let language = Self.byScript(sample) {
            self = language
            return
        }
        let words = sample.lowercased().split { !$0.isLetter }.map(String.init)
        var best: (language: AnswerLanguage, count: Int) = (.english, 0)
        for language in Self.allCases {
            let count = words.count { language.commonWords.contains($0) }
            if count > best.count { best = (language, count) }
        }
        self = best.language
    }

    private static func byScript(_ text: Substring) -> AnswerLanguage? {
        var han = 0
        var cyrillic = 0
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x3040...0x30FF: return .japanese
            case 0xAC00...0xD7A3: return .korean
            case 0x4E00...0x9FFF: han += 1
            case 0x0400...0x04FF: cyrillic += 1
            default: break
            }
        }
        if han > 0 { return .chinese }
        return cyrillic > 0 ? .russian : nil
    }

    private var commonWords: Set<String> {
        switch self {
        case .english: ["the", "is", "what", "you", "and", "how", "are", "of", "to", "please", "hello", "in", "my"]
        case .german:
            [
                "der", "die", "das", "ist", "und", "wie", "ich", "nicht", "was", "bitte", "hallo", "wetter", "ein",
                "mir",
                "du", "geht", "guten", "danke",
            ]
        case .french:
            [
                "le", "la", "les", "est", "et", "je", "que", "bonjour", "vous", "une", "des", "quel", "comment",
                "merci",
            ]
        case .spanish: ["el", "los", "es", "y", "que", "hola", "cómo", "como", "una", "qué", "gracias", "por", "está"]
        case .italian: ["il", "che", "è", "ciao", "sono", "come", "di", "una", "per", "grazie", "buongiorno"]
        case .portuguese: ["o", "os", "é", "olá", "você", "não", "uma", "obrigado", "como", "bom", "tudo"]
        case .dutch: ["het", "een", "ik", "hallo", "hoe", "niet", "van", "goedemorgen", "jij", "dank", "weer", "gaat"]
        case .russian, .chinese, .japanese, .korean: []
        }
    }
}
