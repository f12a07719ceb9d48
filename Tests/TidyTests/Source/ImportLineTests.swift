// Import declarations in all their spellings.

import Testing

@testable import tidy

@Suite("Imports")
struct ImportLineTests {
    @Test(
        "the module is found whatever stands around it",
        arguments: [
            "import A", "package import A", "@testable import A", "@preconcurrency private import A",
            "import struct A.B", "@_spi(Private) internal import A", "import A // why",
        ]
    )
    func spellings(_ line: String) {
        #expect(ImportLine.all(in: Token.all(in: SourceText("\n" + line).code)) == [ImportLine(module: "A", line: 2)])
    }

    @Test(
        "the word alone is no import",
        arguments: ["let import_a = 1", "// import A", "f(\"import A\")", "x.import A"]
    )
    func others(_ line: String) {
        #expect(ImportLine.all(in: Token.all(in: SourceText(line).code)).isEmpty)
    }
}
