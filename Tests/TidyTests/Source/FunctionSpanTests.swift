// Functions found and measured.

import Testing

@testable import tidy

@Suite("Function spans")
struct FunctionSpanTests {
    private func spans(_ text: String) -> [FunctionSpan] {
        FunctionSpan.all(in: Token.all(in: SourceText(text).code))
    }

    @Test("a function reaches from its keyword to its closing brace")
    func function() {
        let found = self.spans("struct A {\n    func go(_ f: () -> Int = { 1 }) {\n        if x { y() }\n    }\n}\n")
        #expect(found == [FunctionSpan(name: "go", firstLine: 2, lastLine: 4)])
    }

    @Test("initializers, deinitializers and subscripts count; calls of init do not")
    func otherKinds() {
        let found = self.spans(
            "class A {\ninit() { self.init(b) }\ndeinit {\n}\nsubscript(i: Int) -> Int { 1 }\nlet x = B.init { 2 }\n}"
        )
        #expect(found.map(\.name) == ["init", "deinit", "subscript"])
    }

    @Test("requirements of protocols have no body")
    func requirements() {
        let found = self.spans(
            "protocol P {\nfunc a()\nvar b: Int { get }\nfunc c() throws\ninit(d: Int)\nfunc e()\n}\nfunc f() {}\n"
        )
        #expect(found.map(\.name) == ["f"])
    }

    @Test("functions within functions are measured by themselves and as part of the outer one")
    func nested() {
        let found = self.spans("func a() {\n    func b() {\n    }\n}\n")
        #expect(found.map(\.lineCount) == [4, 2])
    }

    @Test("braces in strings and comments do not count")
    func bracesInLiterals() {
        #expect(self.spans("func a() {\n  f(\"}\") // }\n}\n").map(\.lineCount) == [3])
    }
}
