// Targets, test files, names and headers.

import Testing

@testable import tidy

@Suite("Layout")
struct LayoutRulesTests {
    private let rows = [
        TargetRow("A", rank: 1),
        TargetRow("command", rank: 2, isCommand: true),
    ]
    private let manifest = SourceFile(path: "Package.swift", text: "// \"A\", \"ATests\", \"command\"\n")

    private func check(_ files: SourceFile...) -> [Finding] {
        LayoutRules.check(SourceTree([self.manifest] + files), in: self.rows)
    }

    private func source(_ path: String, lines: Int = 1) -> SourceFile {
        SourceFile(path: path, text: "// A file.\n" + String(repeating: "let a = 1\n", count: lines - 1))
    }

    @Test("a folder of sources needs a row and a place in the manifest")
    func targets() {
        #expect(self.check(self.source("Sources/A/B.swift")).isEmpty)
        #expect(self.check(self.source("Sources/New/B.swift")).map(\.rule) == [.targets])
        #expect(self.check(self.source("tools/new/In/B.swift")).map(\.path) == ["tools/new/In"])
        #expect(self.check(SourceFile(path: "tools/new/run", text: "")).isEmpty)
        let bare = SourceTree([SourceFile(path: "Package.swift", text: "//\n"), self.source("Sources/A/B.swift")])
        #expect(LayoutRules.check(bare, in: self.rows).map(\.path) == ["Sources/A"])
    }

    @Test("tests that the manifest does not name never run")
    func unnamedTests() {
        #expect(self.check(self.source("Tests/ATests/BTests.swift")).isEmpty)
        #expect(self.check(self.source("Tests/NewTests/BTests.swift")).map(\.path) == ["Tests/NewTests"])
        #expect(self.check(SourceFile(path: "Tests/EndToEndTests/a.py", text: "")).isEmpty)
    }

    @Test("a source of some size has a test file in the same folder")
    func missingTests() {
        let long = LayoutRules.maximumUntestedLines + 1
        let file = self.source("Sources/A/In/B.swift", lines: long)
        #expect(self.check(file).map(\.rule) == [.missingTest])
        #expect(self.check(file, self.source("Tests/ATests/In/BTests.swift")).isEmpty)
        #expect(self.check(file, self.source("Tests/ATests/BTests.swift")).map(\.rule) == [.missingTest])
        #expect(self.check(self.source("Sources/A/In/B.swift", lines: long - 1)).isEmpty)
        #expect(self.check(self.source("Sources/command/B.swift", lines: long)).isEmpty)
    }

    @Test("a facet may be tested with its type")
    func facets() {
        let file = self.source("Sources/A/B+C.swift", lines: LayoutRules.maximumUntestedLines + 1)
        #expect(self.check(file, self.source("Tests/ATests/B+CTests.swift")).isEmpty)
        #expect(self.check(file, self.source("Tests/ATests/BTests.swift")).isEmpty)
        #expect(self.check(file, self.source("Tests/ATests/CTests.swift")).map(\.rule) == [.missingTest])
    }

    @Test("names say something", arguments: ["Sources/A/StringUtils.swift", "Sources/A/Common/B.swift"])
    func names(_ path: String) {
        #expect(self.check(self.source(path)).map(\.rule) == [.names])
    }

    @Test("sources open with a comment, tests may")
    func headers() {
        let text = "import B\n// Late.\n"
        #expect(self.check(SourceFile(path: "Sources/A/B.swift", text: text)).map(\.rule) == [.header])
        #expect(self.check(SourceFile(path: "Sources/A/B.swift", text: "")).map(\.rule) == [.header])
        #expect(self.check(SourceFile(path: "Tests/ATests/B.swift", text: text)).isEmpty)
    }
}
