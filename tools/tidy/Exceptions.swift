// The list of exceptions, `tools/tidy/exceptions.txt`: one per line, `rule path # reason`. An entry that excepts
// nothing any more is an error, so the list only gets shorter by itself.

/// Findings that are accepted, each with its reason.
package struct Exceptions {
    package static let path = "tools/tidy/exceptions.txt"

    private struct Entry {
        let rule: RuleName
        let path: String
        let line: Int
    }

    private let entries: [Entry]
    /// Lines that are no entries.
    private let malformed: [Finding]

    package init(_ text: String) {
        var entries: [Entry] = []
        var malformed: [Finding] = []
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let words = line.split(whereSeparator: \.isWhitespace)
            guard let first = words.first, !first.hasPrefix("#") else { continue }
            if words.count > 3, words[2] == "#", let rule = RuleName(rawValue: String(first)), rule != .exceptions {
                entries.append(Entry(rule: rule, path: String(words[1]), line: index + 1))
            } else {
                malformed.append(Finding(.exceptions, Self.path, line: index + 1, "not `rule path # reason`"))
            }
        }
        self.entries = entries
        self.malformed = malformed
    }

    /// What remains of findings, and what is wrong with the list itself.
    package func applied(to findings: [Finding]) -> [Finding] {
        let remaining = findings.filter { finding in
            !self.entries.contains { $0.rule == finding.rule && $0.path == finding.path }
        }
        let stale = self.entries.filter { entry in
            !findings.contains { $0.rule == entry.rule && $0.path == entry.path }
        }
        .map {
            Finding(
                .exceptions,
                Self.path,
                line: $0.line,
                "\($0.rule.rawValue) \($0.path): needed no longer, remove it"
            )
        }
        return remaining + stale + self.malformed
    }
}
