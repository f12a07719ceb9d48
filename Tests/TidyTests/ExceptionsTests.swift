// Exceptions except what they name, have reasons, and do not outlive their cause.

import Testing

@testable import tidy

@Suite("The list of exceptions")
struct ExceptionsTests {
    private let finding = Finding(.fileLength, "Sources/A/B.swift", "long")

    @Test("an entry takes its own finding away")
    func applied() {
        let list = Exceptions("# A comment.\n\nfile-length Sources/A/B.swift # A table.\n")
        let other = Finding(.words, "Sources/A/B.swift", line: 3, "word")
        #expect(list.applied(to: [self.finding, other]) == [other])
    }

    @Test("an entry that excepts nothing is an error")
    func stale() {
        let left = Exceptions("\nfile-length Sources/A/B.swift # A table.").applied(to: [])
        #expect(left.map(\.rule) == [.exceptions])
        #expect(left.first?.line == 2)
    }

    @Test(
        "an entry has a known rule, a path and a reason",
        arguments: ["file-length", "file-length a.swift", "file-length a.swift #", "nothing a.swift # why"]
    )
    func malformed(_ line: String) {
        #expect(Exceptions(line).applied(to: []).map(\.rule) == [.exceptions])
    }
}
