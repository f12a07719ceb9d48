// All rules over all files.

/// One look at the whole repository.
package struct TidyCheck {
    package let tree: SourceTree
    package let rows: [TargetRow]

    package init(_ tree: SourceTree, rows: [TargetRow] = TargetRow.all) {
        self.tree = tree
        self.rows = rows
    }

    /// What is left after exceptions, in the order of files and lines.
    package func findings() -> [Finding] {
        let found =
            self.tree.files.flatMap { file in
                LengthRules.check(file) + WordRules.check(file, in: self.rows) + ImportRules.check(file, in: self.rows)
                    + MachinePathRules.check(file)
            } + LayoutRules.check(self.tree, in: self.rows)
        let exceptions = Exceptions(self.tree.files.first { $0.path == Exceptions.path }?.text ?? "")
        return exceptions.applied(to: found).sorted {
            ($0.path, $0.line ?? 0, $0.rule.rawValue) < ($1.path, $1.line ?? 0, $1.rule.rawValue)
        }
    }
}

extension TargetRow {
    /// The target that a file belongs to.
    package static func owner(of file: SourceFile, in rows: [TargetRow]) -> TargetRow? {
        rows.first { file.isUnder($0.sources) }
    }
}
