// Paths of one machine, and what only looks like them.

import Testing

@testable import tidy

@Suite("Paths of one machine")
struct MachinePathRulesTests {
    private func check(_ text: String) -> [Finding] {
        MachinePathRules.check(SourceFile(path: "docs/a.md", text: "first\n" + text))
    }

    @Test(
        "found wherever a path begins",
        arguments: ["/work/main", "see `/root`.", "(/home/me)", "FILE=/work/a", "\"/root/.cache\"", "in /tmp/mini-a"]
    )
    func found(_ text: String) {
        let findings = self.check(text)
        #expect(findings.map(\.rule) == [.machinePaths])
        #expect(findings.first?.line == 2)
    }

    @Test(
        "parts of other paths and words are fine",
        arguments: ["https://example.com/work", "/workers", "/rooted", "a/root", "$HOME/home", "../work", "/tmp/other"]
    )
    func fine(_ text: String) {
        #expect(self.check(text).isEmpty)
    }
}
