// Where functions begin and end, by counting braces: no parser, good enough to measure length.

/// The lines of one function, initializer or subscript that has a body.
package struct FunctionSpan: Equatable {
    package let name: String
    package let firstLine: Int
    package let lastLine: Int

    package var lineCount: Int { self.lastLine - self.firstLine + 1 }

    private static let introducers: Set<String> = ["func", "init", "deinit", "subscript"]

    /// Words that begin another declaration: what stood before had no body, as in a protocol.
    private static let declarations: Set<String> = [
        "func", "init", "deinit", "subscript", "var", "let", "case", "static", "mutating", "nonmutating", "struct",
        "enum", "class", "extension", "protocol", "actor", "associatedtype", "typealias", "package", "private",
        "public", "internal", "fileprivate", "final", "override", "required", "convenience", "import",
    ]

    package static func all(in tokens: [Token]) -> [FunctionSpan] {
        tokens.indices.compactMap { Self.span(at: $0, in: tokens) }
    }

    private static func span(at index: Int, in tokens: [Token]) -> FunctionSpan? {
        let word = tokens[index].text
        guard Self.introducers.contains(word) else { return nil }
        // `self.init(…)` calls, and a back-quoted `init` names something else.
        if index > 0, tokens[index - 1].text == "." || tokens[index - 1].text == "`" { return nil }
        guard let open = Self.bodyStart(after: index, in: tokens),
            let close = Self.bodyEnd(from: open, in: tokens)
        else { return nil }
        let named = word == "func" && index + 1 < tokens.count
        return FunctionSpan(
            name: named ? tokens[index + 1].text : word,
            firstLine: tokens[index].line,
            lastLine: tokens[close].line
        )
    }

    private static func bodyStart(after index: Int, in tokens: [Token]) -> Int? {
        var depth = 0
        for position in tokens.indices[(index + 1)...] {
            let text = tokens[position].text
            switch text {
            case "(", "[": depth += 1
            case ")", "]": depth -= 1
            case "{" where depth == 0: return position
            case "}" where depth == 0: return nil
            // The name itself may be a keyword, which then stands directly behind `func`.
            case _ where depth == 0 && position > index + 1 && Self.declarations.contains(text): return nil
            default: break
            }
        }
        return nil
    }

    private static func bodyEnd(from open: Int, in tokens: [Token]) -> Int? {
        var depth = 0
        for position in tokens.indices[open...] {
            switch tokens[position].text {
            case "{": depth += 1
            case "}":
                depth -= 1
                if depth == 0 { return position }
            default: break
            }
        }
        return nil
    }
}
