// Import declarations of blanked code.

/// One `import`: the module it names and where.
package struct ImportLine: Equatable {
    package let module: String
    package let line: Int

    /// `import struct Foundation.Date` names a kind before the module.
    private static let kinds: Set<String> = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var", "actor",
    ]
    /// What may stand before `import`.
    private static let modifiers: Set<String> = [
        "package", "public", "internal", "private", "fileprivate", "testable", "preconcurrency", "_exported",
        "_implementationOnly", "_spi",
    ]

    package static func all(in tokens: [Token]) -> [ImportLine] {
        var imports: [ImportLine] = []
        for index in tokens.indices where tokens[index].text == "import" {
            let line = tokens[index].line
            guard Self.areModifiers(tokens[..<index].reversed().prefix { $0.line == line }.reversed()) else { continue }
            let after = tokens[(index + 1)...].prefix { $0.line == line }.drop { Self.kinds.contains($0.text) }
            if let module = after.first, module.isWord {
                imports.append(ImportLine(module: module.text, line: line))
            }
        }
        return imports
    }

    /// Attributes and access levels; what an attribute has in parentheses is its own affair.
    private static func areModifiers(_ tokens: [Token]) -> Bool {
        var depth = 0
        for token in tokens {
            switch token.text {
            case "(": depth += 1
            case ")": depth -= 1
            case "@": continue
            default:
                if depth == 0, !Self.modifiers.contains(token.text) { return false }
            }
        }
        return true
    }
}
