// No text of the repository names a folder of somebody's machine.

/// Paths that exist on one machine only.
package enum MachinePathRules {
    /// Each is meant with everything below it, and only where it begins a path.
    package static let paths = ["/work", "/root", "/home", "/tmp/mini"]

    package static func check(_ file: SourceFile) -> [Finding] {
        guard Self.paths.contains(where: { file.text.contains($0) }) else { return [] }
        return file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().flatMap { index, line in
            Self.paths.filter { Self.begins($0, in: line) }.map {
                Finding(.machinePaths, file.path, line: index + 1, "\($0) is a path of one machine")
            }
        }
    }

    /// `https://host/work` and `/workers` are fine, a bare `/work` or `/work/x` is not.
    private static func begins(_ path: String, in line: Substring) -> Bool {
        line.ranges(of: path).contains { range in
            let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
            let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
            let startsPath = !(before.isLetter || before.isNumber || "._-/~}$)".contains(before))
            let openEnded = path == "/tmp/mini"
            return startsPath && (openEnded || !(after.isLetter || after.isNumber || after == "_" || after == "-"))
        }
    }
}
