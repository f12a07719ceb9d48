// Words that do not belong into the product: what traps, what was put off, what prints from within a library.
//
// Words in string literals are nobody's business, words put off are looked for in comments, all others in code.

/// Banned words, and switched-off checks without a reason.
package enum WordRules {
    /// Banned code as a run of tokens, and what to do instead.
    private struct Ban {
        let tokens: [String]
        let remedy: String

        init(_ tokens: String..., remedy: String) {
            self.tokens = tokens
            self.remedy = remedy
        }
    }

    private static let traps: [Ban] = [
        Ban("try", "!", remedy: "throw, or handle the error"),
        Ban("as", "!", remedy: "cast with as? and handle nil"),
        Ban("fatalError", "(", remedy: "return an error; no peer may end the process"),
    ]
    private static let printing: [Ban] = [
        Ban("print", "(", remedy: "log, or return text to the executable"),
        Ban("debugPrint", "(", remedy: "log, or return text to the executable"),
        Ban("dump", "(", remedy: "log, or return text to the executable"),
    ]
    private static let timeAndChance: [Ban] = [
        Ban("Task", remedy: "protocol code returns actions"),
        Ban("ContinuousClock", remedy: "time is an argument"),
        Ban("SuspendingClock", remedy: "time is an argument"),
        Ban("SystemRandomNumberGenerator", remedy: "randomness is an argument"),
    ]
    private static let putOff: Set<String> = ["TODO", "FIXME", "XXX"]

    package static func check(_ file: SourceFile, in rows: [TargetRow] = TargetRow.all) -> [Finding] {
        guard let swift = file.swift, file.isUnder("Sources") || file.isUnder("tools") else { return [] }
        var bans = Self.traps
        let row = TargetRow.owner(of: file, in: rows)
        if file.isUnder("Sources"), row?.sources != "Sources/longwire" { bans += Self.printing }
        if row?.isSansIO == true { bans += Self.timeAndChance }
        return Self.banned(bans, in: swift.tokens, file.path)
            + Self.putOff(in: swift.source, file.path)
            + Self.unchecked(in: swift, file.path)
    }

    private static func banned(_ bans: [Ban], in tokens: [Token], _ path: String) -> [Finding] {
        tokens.indices.flatMap { index in
            bans.filter { ban in
                let run = tokens[index...].prefix(ban.tokens.count)
                return run.map(\.text) == ban.tokens && run.dropFirst().allSatisfy(\.isGlued)
                    && !Self.isDeclaredOrMember(at: index, in: tokens)
            }
            .map { ban in
                Finding(.words, path, line: tokens[index].line, "\(ban.tokens.joined()): \(ban.remedy)")
            }
        }
    }

    /// `func print(` declares and `output.print(` calls something of ours.
    private static func isDeclaredOrMember(at index: Int, in tokens: [Token]) -> Bool {
        index > 0 && [".", "func"].contains(tokens[index - 1].text)
    }

    private static func putOff(in source: SourceText, _ path: String) -> [Finding] {
        Token.all(in: source.comments).filter { Self.putOff.contains($0.text) }.map {
            Finding(.words, path, line: $0.line, "\($0.text): do it now, or write down what is so")
        }
    }

    /// `@unchecked Sendable` and `nonisolated(unsafe)` are promises; the comment above says what keeps them.
    private static func unchecked(in swift: SourceFile.SwiftParts, _ path: String) -> [Finding] {
        let tokens = swift.tokens
        return tokens.indices.filter { index in
            let run = tokens[index...].prefix(3).map(\.text)
            return run == ["@", "unchecked", "Sendable"] || run == ["nonisolated", "(", "unsafe"]
        }
        .filter { !Self.hasComment(at: tokens[$0].line, in: swift.source) }
        .map {
            Finding(.unchecked, path, line: tokens[$0].line, "no comment above says why this is safe")
        }
    }

    /// On the line itself or on one of the two above, so that an attribute may stand between.
    private static func hasComment(at line: Int, in source: SourceText) -> Bool {
        let above = source.comments[..<line].suffix(3)
        return above.contains { $0.contains("//") }
    }
}
