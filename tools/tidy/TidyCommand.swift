// tidy: the house style as a program. `tools/test` runs it; so can everybody, with `swift run tidy`.

import Foundation

/// Reads arguments, runs the check, prints what it found.
@main
enum TidyCommand {
    private static let usage = """
        tidy [--root FOLDER] [--warnings] [--strict]

        Holds the repository to the house style: imports against the rank table, lengths, banned words, headers,
        names, a test file for every source, no paths of one machine. Prints one line per finding.

          --root FOLDER   the repository (default: the current folder)
          --warnings      print the warnings too, not only their number
          --strict        warnings count as errors

        Exit code 0: fine, 1: errors, 64: usage. Exceptions, each with a reason: \(Exceptions.path)
        """
    private static let usageExit: Int32 = 64

    static func main() {
        var root = URL(filePath: FileManager.default.currentDirectoryPath)
        var isStrict = false
        var showsWarnings = false
        var arguments = CommandLine.arguments.dropFirst()
        while let argument = arguments.popFirst() {
            switch argument {
            case "--help", "-h":
                print(Self.usage)
                exit(0)
            case "--warnings":
                showsWarnings = true
            case "--strict":
                isStrict = true
                showsWarnings = true
            case "--root":
                guard let folder = arguments.popFirst() else { Self.refuse("--root wants a folder") }
                root = URL(filePath: folder)
            default:
                Self.refuse("unknown argument \(argument)")
            }
        }
        exit(Self.run(root, isStrict: isStrict, showsWarnings: showsWarnings) ? 0 : 1)
    }

    private static func run(_ root: URL, isStrict: Bool, showsWarnings: Bool) -> Bool {
        let tree = SourceTree.read(root)
        guard tree.files.contains(where: { $0.path == "Package.swift" }) else {
            Self.refuse("no Package.swift in \(root.path(percentEncoded: false)); run it at the repository's top")
        }
        let findings = TidyCheck(tree).findings()
        for finding in findings where showsWarnings || finding.severity == .error { print(finding.text) }
        let errors = findings.count { $0.severity == .error }
        let warnings = findings.count - errors
        print("tidy: \(tree.files.count) files, \(errors) errors, \(warnings) warnings")
        return errors == 0 && !(isStrict && warnings > 0)
    }

    private static func refuse(_ reason: String) -> Never {
        FileHandle.standardError.write(Data("tidy: \(reason)\n\n\(Self.usage)\n".utf8))
        exit(Self.usageExit)
    }
}
