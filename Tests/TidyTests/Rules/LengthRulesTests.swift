// The limits themselves pass, one line more does not.

import Testing

@testable import tidy

@Suite("Lengths")
struct LengthRulesTests {
    private func file(lines: Int) -> SourceFile {
        SourceFile(path: "Sources/A/B.swift", text: String(repeating: "let a = 1\n", count: lines))
    }

    private func function(lines: Int) -> SourceFile {
        let body = String(repeating: "    a()\n", count: lines - 2)
        return SourceFile(path: "Sources/A/B.swift", text: "// A file.\nfunc go() {\n" + body + "}\n")
    }

    @Test("files")
    func files() {
        #expect(LengthRules.check(self.file(lines: LengthRules.maximumFileLines)).isEmpty)
        let findings = LengthRules.check(self.file(lines: LengthRules.maximumFileLines + 1))
        #expect(findings.map(\.rule) == [.fileLength])
    }

    @Test("functions")
    func functions() {
        #expect(LengthRules.check(self.function(lines: LengthRules.maximumFunctionLines)).isEmpty)
        let findings = LengthRules.check(self.function(lines: LengthRules.maximumFunctionLines + 1))
        #expect(findings.map(\.rule) == [.functionLength])
        #expect(findings.first?.line == 2)
        #expect(findings.first?.message.contains("go has 71 lines") == true)
    }

    @Test("files of other languages are not measured")
    func others() {
        let text = String(repeating: "line\n", count: 1_000)
        #expect(LengthRules.check(SourceFile(path: "README.md", text: text)).isEmpty)
    }
}
