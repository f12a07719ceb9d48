// What a whole answer of OpenAI's other endpoints cost, read while it passes through in pieces. What is no JSON, sound or
// subtitles for instance, costs nothing that could be read.

/// Where an answer has its text, for an estimate where no usage is told.
package enum PassedAnswerShape: Sendable, Equatable {
    /// `/v1/completions`.
    case completion
    /// `/v1/responses`.
    case response
    /// `/v1/audio/transcriptions` and `/v1/audio/translations`.
    case transcription
    /// Answers without text.
    case other
}

/// Scans one answer piece by piece.
package struct PassedAnswerScanner: Sendable {
    private var scanner: AnswerScanner
    private let countsText: Bool

    /// The last usage that the upstream told.
    package private(set) var passedUsage: PassedUsage?

    package init(_ shape: PassedAnswerShape) {
        let answer: StaticString =
            switch shape {
            case .completion, .other: "choices"
            case .response: "output"
            case .transcription: "text"
            }
        scanner = AnswerScanner(usage: "usage", answer: answer)
        countsText = shape != .other
    }

    /// The tokens of the last usage; nil where none is told, or time instead.
    package var usage: ChatUsage? { passedUsage.flatMap { $0.tokens.isEmpty ? nil : $0.tokens } }

    /// Bytes of text so far; with `response` some names of types and roles are among them.
    package var textBytes: Int { countsText ? scanner.textBytes : 0 }

    /// Takes the next piece of the answer.
    package mutating func feed(_ piece: borrowing Span<UInt8>) {
        scanner.feed(piece)
        guard let told = scanner.takeUsage() else { return }
        var members = MemberCursor(0..<told.count)
        while let member = members.next(told.span) {
            if member.isNamed("usage", in: told.span) { passedUsage = PassedUsage(told.span, member) ?? passedUsage }
        }
    }
}
