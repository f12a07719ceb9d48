// Banned words where they count, and left alone where they do not.

import Testing

@testable import tidy

@Suite("Words")
struct WordRulesTests {
    private let rows = [
        TargetRow("Pure", rank: 1, isSansIO: true),
        TargetRow("Plain", rank: 2),
    ]

    private func check(_ text: String, at path: String = "Sources/Plain/A.swift") -> [Finding] {
        WordRules.check(SourceFile(path: path, text: text), in: self.rows)
    }

    @Test("what can trap is refused", arguments: ["try! a()", "b as! C", "fatalError(\"x\")", "print(1)", "dump(a)"])
    func traps(_ text: String) {
        let findings = self.check("\n" + text)
        #expect(findings.map(\.rule) == [.words])
        #expect(findings.first?.line == 2)
    }

    @Test(
        "the same letters elsewhere are fine",
        arguments: [
            "// try! a()", "f(\"as! fatalError(\")", "try a()", "b as? C", "self.print(1)", "func print(_ a: Int) {}",
            "reprint(1)", "guard try !a() else { return }", "let entry = !a",
        ]
    )
    func harmless(_ text: String) {
        #expect(self.check(text).isEmpty)
    }

    @Test("tests and other languages may say what they like")
    func elsewhere() {
        #expect(self.check("try! a()", at: "Tests/PlainTests/A.swift").isEmpty)
        #expect(self.check("try! a()", at: "Sources/Plain/README.md").isEmpty)
    }

    @Test("executables print")
    func executables() {
        #expect(self.check("print(1)", at: "tools/rtcat/Command/A.swift").isEmpty)
        #expect(self.check("try! a()", at: "tools/rtcat/Command/A.swift").map(\.rule) == [.words])
    }

    @Test("work put off is found in comments, not in names or strings")
    func putOff() {
        #expect(self.check("// TODO: later").map(\.rule) == [.words])
        #expect(self.check("/* FIXME */").map(\.rule) == [.words])
        #expect(self.check("let TODO = \"FIXME\" // The TODOs of others.").isEmpty)
    }

    @Test("protocol code names no time, task or chance", arguments: ["Task { }", "let c = ContinuousClock()"])
    func sansIO(_ text: String) {
        #expect(self.check(text, at: "Sources/Pure/A.swift").map(\.rule) == [.words])
        #expect(self.check(text).isEmpty)
    }

    @Test("a check that is switched off carries its reason")
    func unchecked() {
        let lines = ["final class A: @unchecked Sendable {}", "nonisolated(unsafe) let a = 1"]
        for line in lines {
            #expect(self.check("// Far above.\n\n\n" + line).map(\.rule) == [.unchecked])
            #expect(self.check("// Guarded by the lock.\n" + line).isEmpty)
            #expect(self.check("/// Guarded by the lock.\n@safe\n" + line).isEmpty)
            #expect(self.check(line + " // Guarded by the lock.").isEmpty)
        }
        #expect(self.check("final class A: Sendable {}").isEmpty)
    }
}
