// Imports go down the ranks and nowhere else.

import Testing

@testable import tidy

@Suite("The rank table against imports")
struct ImportRulesTests {
    private let rows = [
        TargetRow("Low", rank: 1),
        TargetRow("Side", rank: 1),
        TargetRow("High", rank: 2, outside: ["Foundation"]),
    ]

    private func check(_ module: String, from target: String) -> [Finding] {
        let file = SourceFile(path: "Sources/\(target)/A.swift", text: "// A file.\n\npackage import \(module)\n")
        return ImportRules.check(file, in: self.rows)
    }

    @Test("downward is fine")
    func downward() {
        #expect(self.check("Low", from: "High").isEmpty)
    }

    @Test("upward, sideways and itself are not", arguments: ["High", "Side", "Low"])
    func upward(_ module: String) {
        let findings = self.check(module, from: "Low")
        #expect(findings.map(\.rule) == [.imports])
        #expect(findings.first?.line == 3)
    }

    @Test("from outside comes only what the row permits")
    func outside() {
        #expect(self.check("Foundation", from: "High").isEmpty)
        #expect(self.check("Foundation", from: "Low").map(\.rule) == [.imports])
        #expect(self.check("Glibc", from: "High").map(\.rule) == [.imports])
        #expect(self.check("Swift", from: "Low").isEmpty)
    }

    @Test("tests import what they need")
    func tests() {
        let file = SourceFile(path: "Tests/LowTests/A.swift", text: "import High\nimport Foundation\n")
        #expect(ImportRules.check(file, in: self.rows).isEmpty)
    }
}
