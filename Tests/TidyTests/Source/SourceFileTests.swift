// Paths and names of files.

import Testing

@testable import tidy

@Suite("Source files")
struct SourceFileTests {
    @Test("a folder holds what is below it, not what shares its first letters")
    func isUnder() {
        let file = SourceFile(path: "Sources/Relay/Chat/A.swift", text: "")
        #expect(file.isUnder("Sources/Relay"))
        #expect(!file.isUnder("Sources/Rel"))
        #expect(!file.isUnder("Sources/Relay/Chat/A.swift"))
    }

    @Test("only Swift files are taken apart")
    func parts() {
        #expect(SourceFile(path: "a/B.swift", text: "let a = 1").swift?.tokens.count == 4)
        #expect(SourceFile(path: "a/b.c", text: "int a;").swift == nil)
    }
}
