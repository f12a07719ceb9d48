// Where values are and what is wrong with them, the same in all dialects (protocol: http §1.5).

import Testing

@testable import Dialects

@Suite struct LocatedJSONTests {
    private typealias Refused = JSONNodeTests

    private func check<Node: LocatedJSON>(_ type: Node.Type) throws {
        let root = try Node(parsing: Array(#"[{"b":1},"x",true,2.5]"#.utf8))
        let elements = try root.elements()
        #expect(elements.map(\.path) == ["[0]", "[1]", "[2]", "[3]"])
        #expect(try elements[0].object().path(to: "b") == "[0].b")
        #expect(try elements[1].string() == "x")
        #expect(try elements[2].bool())
        #expect(try elements[3].number() == 2.5)
        #expect(elements[0].missing("c").param == "[0].c")
        #expect(root.missing("c").message == "Missing required parameter: 'c'.")
        #expect(elements[0].wrongType("a string").message == "Invalid type for '[0]': expected a string.")
        let whole = Refused.refusal { () throws(ConversionRefusal) in _ = try root.object() }
        #expect(whole == ConversionRefusal(code: "invalid_type", param: nil, message: "The body must be an object."))
        for (index, refusal) in [
            Refused.refusal { () throws(ConversionRefusal) in _ = try elements[0].elements() },
            Refused.refusal { () throws(ConversionRefusal) in _ = try elements[1].bool() },
            Refused.refusal { () throws(ConversionRefusal) in _ = try elements[2].number() },
            Refused.refusal { () throws(ConversionRefusal) in _ = try elements[3].string() },
        ].enumerated() {
            #expect(refusal?.param == "[\(index)]")
        }
        let broken = Refused.refusal { () throws(ConversionRefusal) in _ = try Node(parsing: Array(#"{"a":x}"#.utf8)) }
        #expect(broken?.code == "invalid_json")
        #expect(broken?.message == "The body is not valid JSON at byte 5.")
    }

    @Test func nodesWithOneSpelling() throws { try check(JSONNode.self) }
    @Test func nodesWithTwoSpellings() throws { try check(GeminiNode.self) }
}
