// RFC 6455 §9.1.

import Testing
import WebSocketFraming

struct ExtensionListTests {
    @Test func elementsAndParameters() {
        let expected = [
            ExtensionList.Element(name: "a", parameters: []),
            ExtensionList.Element(name: "b", parameters: [.init("x"), .init("y", "1"), .init("z", "q")]),
        ]
        #expect(ExtensionList.parse("a,b;x;y=1;z=\"q\"") == expected)
        #expect(ExtensionList.parse(" a , ,\tb ; x ;y = 1; z= \"q\" ,") == expected)
    }

    @Test(arguments: [
        "", " ", ",,", "a b", "a;", "a;;b", "a;=1", "a;b=", "a;b=\"", "a;b=\"x", "a;b=x y", "a;b=1=2", "é",
    ])
    func notAList(_ text: String) {
        #expect(ExtensionList.parse(text) == nil)
    }

    @Test func bounds() {
        let many = { (count: Int, separator: String) in
            [String](repeating: "x", count: count).joined(separator: separator)
        }
        #expect(ExtensionList.parse(many(16, ","))?.count == 16)
        #expect(ExtensionList.parse(many(17, ",")) == nil)
        #expect(ExtensionList.parse(many(17, ";"))?.first?.parameters.count == 16)
        #expect(ExtensionList.parse(many(18, ";")) == nil)
        #expect(ExtensionList.parse(many(4000, ";")) == nil)
    }
}
