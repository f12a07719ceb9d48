// Where files lie and what they are called: targets and their tests, one noun per file, a header on top.

/// Files against the layout.
package enum LayoutRules {
    /// Sources up to this length need no test file of their own; they are values and options.
    package static let maximumUntestedLines = 60

    private static let manifest = "Package.swift"
    /// Names that say nothing about what is inside.
    private static let emptyNames = ["Util", "Utils", "Utilities", "Helper", "Helpers", "Manager", "Common", "Misc"]

    package static func check(_ tree: SourceTree, in rows: [TargetRow] = TargetRow.all) -> [Finding] {
        Self.targets(tree, rows) + Self.missingTests(tree, rows) + tree.files.flatMap(Self.namesAndHeaders)
    }

    // MARK: - Targets

    /// A folder without a row escapes the rank table; one without a place in the manifest is never built or run.
    private static func targets(_ tree: SourceTree, _ rows: [TargetRow]) -> [Finding] {
        let manifest = tree.files.first { $0.path == Self.manifest }?.text ?? ""
        let tests = Self.folders(of: "Tests", in: tree)
        let withoutRow = Self.foldersWithoutRow(tree, rows)
            .map { Finding(.targets, $0, "no row in the rank table, tools/tidy/TargetRow.swift") }
        let used = rows.filter { row in tree.files.contains { $0.isUnder(row.sources) && $0.swift != nil } }
            .map { ($0.name, $0.sources) }
        let places = used + tests.map { ($0, "Tests/\($0)") }
        let unnamed = places.filter { !manifest.contains("\"\($0.0)\"") }
            .map { Finding(.targets, $0.1, "the manifest names no target \($0.0): it is never built") }
        return withoutRow + unnamed
    }

    /// The folders of the product's Swift files that no row claims.
    private static func foldersWithoutRow(_ tree: SourceTree, _ rows: [TargetRow]) -> [String] {
        let orphans = tree.files.filter { file in
            file.swift != nil && (file.isUnder("Sources") || file.isUnder("tools"))
                && TargetRow.owner(of: file, in: rows) == nil
        }
        return Set(orphans.map { $0.path.split(separator: "/").dropLast().joined(separator: "/") }).sorted()
    }

    /// The folders directly under `top` that hold Swift files.
    private static func folders(of top: String, in tree: SourceTree) -> [String] {
        let names = tree.files.filter { $0.swift != nil && $0.isUnder(top) }
            .map { $0.path.split(separator: "/") }
            .filter { $0.count > 2 }
            .map { String($0[1]) }
        return Set(names).sorted()
    }

    // MARK: - Tests

    private static func missingTests(_ tree: SourceTree, _ rows: [TargetRow]) -> [Finding] {
        let tests = Set(tree.files.filter { $0.isUnder("Tests") }.map { $0.path })
        return tree.files.compactMap { file in
            guard let swift = file.swift, swift.source.lines.count > Self.maximumUntestedLines,
                let row = TargetRow.owner(of: file, in: rows), let folder = row.tests
            else { return nil }
            let within = file.path.dropFirst(row.sources.count + 1).dropLast(".swift".count)
            let names = Self.testNames(for: String(within))
            guard !names.contains(where: { tests.contains("\(folder)/\($0).swift") }) else { return nil }
            return Finding(.missingTest, file.path, "no \(folder)/\(names[0]).swift")
        }
    }

    /// `A/Type+Facet` is tested by `A/Type+FacetTests` or together with its type, by `A/TypeTests`.
    private static func testNames(for path: String) -> [String] {
        var names = [path + "Tests"]
        if let plus = path.lastIndex(of: "+") { names.append(path[..<plus] + "Tests") }
        return names
    }

    // MARK: - Single files

    private static func namesAndHeaders(_ file: SourceFile) -> [Finding] {
        guard let swift = file.swift else { return [] }
        var findings: [Finding] = []
        let parts = file.path.dropLast(".swift".count).split(separator: "/")
        if let empty = parts.first(where: { part in Self.emptyNames.contains { part == $0 || part.hasSuffix($0) } }) {
            findings.append(Finding(.names, file.path, "\(empty) says nothing; name the noun that is inside"))
        }
        let isProduct = file.isUnder("Sources") || file.isUnder("tools")
        if isProduct, swift.source.lines.first?.hasPrefix("//") != true {
            findings.append(Finding(.header, file.path, line: 1, "the first line is not a comment saying what this is"))
        }
        return findings
    }
}
