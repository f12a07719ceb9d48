// How long things may be. A reason to exceed belongs into the file's header and the list of exceptions.

/// The lengths of files and functions.
package enum LengthRules {
    package static let maximumFileLines = 500
    package static let maximumFunctionLines = 70

    package static func check(_ file: SourceFile) -> [Finding] {
        guard let swift = file.swift else { return [] }
        var findings: [Finding] = []
        let count = swift.source.lines.count
        if count > Self.maximumFileLines {
            findings.append(
                Finding(.fileLength, file.path, "\(count) lines, at most \(Self.maximumFileLines): split it by nouns")
            )
        }
        for function in FunctionSpan.all(in: swift.tokens) where function.lineCount > Self.maximumFunctionLines {
            findings.append(
                Finding(
                    .functionLength,
                    file.path,
                    line: function.firstLine,
                    "\(function.name) has \(function.lineCount) lines, at most \(Self.maximumFunctionLines)"
                )
            )
        }
        return findings
    }
}
