// Code, comments and literals told apart, with line numbers kept.

import Testing

@testable import tidy

@Suite("Swift text in views")
struct SourceTextTests {
    @Test("comments leave the code, and code leaves the comments")
    func comments() {
        let text = SourceText("let a = 1 // try! here\n/* one\n/* two */ still */ let b = 2\n")
        #expect(text.lines == ["let a = 1 // try! here", "/* one", "/* two */ still */ let b = 2"])
        #expect(text.code == ["let a = 1             ", "      ", "                   let b = 2"])
        #expect(text.comments.map { $0.contains("let") } == [false, false, false])
        #expect(text.comments[0].contains("try!"))
        #expect(text.comments[2].hasPrefix("/* two */ still */"))
    }

    @Test(
        "the contents of literals are blanked, whatever their kind",
        arguments: [
            ##"f("try!")"##, ##"f("\"try!")"##, ##"f(#"" try! "#)"##, ##"f("http://try!")"##,
            ##"f(#"\" try!"#)"##, "f(\"\"\"\n  try! \" \"\"\n  \"\"\")",
        ]
    )
    func literals(_ text: String) {
        let code = SourceText(text + "; after()").code.joined(separator: "\n")
        #expect(!code.contains("try!"))
        #expect(code.contains("f("))
        #expect(code.hasSuffix("; after()"))
    }

    @Test("what is interpolated is code again, strings within it are not")
    func interpolation() {
        let code = SourceText(##"print("a \(call("try!", (1))) b"); next()"##).code[0]
        #expect(code.contains("call("))
        #expect(!code.contains("try!"))
        #expect(!code.contains("b"))
        #expect(code.hasSuffix("; next()"))
    }

    @Test("raw strings interpolate only with their own hashes")
    func rawInterpolation() {
        let code = SourceText(##"f(#"\(no) \#(yes) "#)"##).code[0]
        #expect(!code.contains("no"))
        #expect(code.contains("yes"))
    }

    @Test("a literal that is never closed ends with its line")
    func unclosed() {
        #expect(SourceText("let a = \"open\nlet b = 2\n").code[1] == "let b = 2")
    }

    @Test(
        "every view has as many lines as the text",
        arguments: ["", "\n", "a", "a\n", "a\n\n", "\"\"\"\na\n\"\"\"\n// b"]
    )
    func lineCounts(_ text: String) {
        let views = SourceText(text)
        #expect(views.code.count == views.lines.count)
        #expect(views.comments.count == views.lines.count)
    }
}
