// Imports against the rank table. SwiftPM refuses what the manifest does not declare; this refuses what points up.

/// The direction of dependency, and each target's window to the outside.
package enum ImportRules {
    /// Modules that every target may import: they add words to the language, not abilities.
    private static let language: Set<String> = ["Swift"]

    package static func check(_ file: SourceFile, in rows: [TargetRow] = TargetRow.all) -> [Finding] {
        guard let swift = file.swift, let row = TargetRow.owner(of: file, in: rows) else { return [] }
        return ImportLine.all(in: swift.tokens).compactMap { line in
            Self.objection(to: line.module, from: row, in: rows).map {
                Finding(.imports, file.path, line: line.line, $0)
            }
        }
    }

    private static func objection(to module: String, from row: TargetRow, in rows: [TargetRow]) -> String? {
        if let imported = rows.first(where: { $0.name == module }) {
            guard imported.rank >= row.rank else { return nil }
            return "\(row.name) (rank \(row.rank)) must not import \(module) (rank \(imported.rank))"
        }
        if Self.language.contains(module) || row.outside.contains(module) { return nil }
        return "\(row.name) takes \(row.outside.sorted().joined(separator: ", ").ifEmpty("nothing")) from outside, "
            + "not \(module); the rank table in tools/tidy/TargetRow.swift decides"
    }
}

extension String {
    fileprivate func ifEmpty(_ other: String) -> String { self.isEmpty ? other : self }
}
