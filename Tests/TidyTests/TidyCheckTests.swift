// All rules together, exceptions applied, in the order of files and lines.

import Testing

@testable import tidy

@Suite("The whole check")
struct TidyCheckTests {
    @Test("every rule is asked, and the exceptions have the last word")
    func all() {
        let manifest = SourceFile(path: "Package.swift", text: "// \"A\"\n")
        let bad = SourceFile(
            path: "Sources/A/B.swift",
            text: "import Foundation\ntry! a()\n// \(MachinePathRules.paths[0])\n" + String(repeating: "\n", count: 500)
        )
        let exceptions = SourceFile(path: Exceptions.path, text: "file-length Sources/A/B.swift # Blank lines.\n")
        let rows = [TargetRow("A", rank: 1)]
        let without = TidyCheck(SourceTree([manifest, bad]), rows: rows).findings()
        #expect(
            without.map(\.rule) == [.fileLength, .missingTest, .header, .imports, .words, .machinePaths]
        )
        let with = TidyCheck(SourceTree([manifest, bad, exceptions]), rows: rows).findings()
        #expect(with.map(\.rule) == [.missingTest, .header, .imports, .words, .machinePaths])
    }
}
