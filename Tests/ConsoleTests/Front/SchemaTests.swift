// What a value may be, checked and described by the same words (JSON Schema 2020-12).

import Foundation
import SessionCore
import Testing

@testable import Console

@Suite struct SchemaTests {
    private let schema = Schema(
        .object([
            Property("name", .name("A name."), required: true), Property("count", Schema(.integer(1...5)).orNull),
            Property("models", .models), Property("inner", Schema(.object([Property("flag", Schema(.boolean))]))),
        ])
    )

    @Test("what fits has no flaw")
    func fitting() {
        for value: JSON in [
            ["name": "x"], ["name": "x", "count": nil], ["name": "x", "count": 5, "models": ["a", "b*"]],
            ["name": "ü", "inner": ["flag": true]], ["name": "x", "count": .number(2)],
        ] {
            #expect(self.schema.flaw(in: value, at: "") == nil)
        }
    }

    @Test("each flaw names its place")
    func flaws() {
        let cases: [(JSON, code: String, param: String)] = [
            (["count": 1], "missing_required_parameter", "name"), (["name": 5], "invalid_value", "name"),
            (["name": ""], "invalid_value", "name"), (["name": "a\nb"], "invalid_value", "name"),
            (["name": .string(String(repeating: "x", count: 201))], "invalid_value", "name"),
            (["name": nil], "invalid_value", "name"), (["name": "x", "count": 0], "invalid_value", "count"),
            (["name": "x", "count": .number(1.5)], "invalid_value", "count"),
            (["name": "x", "count": "1"], "invalid_value", "count"),
            (["name": "x", "colour": 1], "unknown_parameter", "colour"),
            (["name": "x", "models": "a"], "invalid_value", "models"),
            (["name": "x", "models": ["a", "*"]], "invalid_value", "models[1]"),
            (["name": "x", "inner": ["flag": 1]], "invalid_value", "inner.flag"),
            (["name": "x", "inner": ["flags": true]], "unknown_parameter", "inner.flags"),
            (["name": "x", "inner": []], "invalid_value", "inner"),
        ]
        for (value, code, param) in cases {
            let flaw = self.schema.flaw(in: value, at: "")
            #expect(flaw?.code == code)
            #expect(flaw?.param == param)
        }
    }

    @Test("amounts of dollars", arguments: [JSON.integer(-1), .number(-0.01), .number(1e10), "5", .number(.nan)])
    func badAmounts(amount: JSON) {
        #expect(Schema.dollars("").flaw(in: amount, at: "budget_usd") != nil)
        #expect(Schema.dollars("").flaw(in: .number(0.25), at: "budget_usd") == nil)
    }

    @Test(
        "a query's numbers have one spelling",
        arguments: [("5", true), ("05", false), ("+5", false), ("5.0", false), ("x", false)]
    )
    func queryNumbers(text: String, isGood: Bool) {
        let schema = Schema(.integer(1...10))
        #expect((schema.flaw(in: schema.value(ofText: text), at: "limit") == nil) == isGood)
    }

    @Test(
        "patterns in the document say what is checked",
        arguments: [
            (TextRule.oneLine, ["a", "ü x"], ["", "a\nb", "\u{7F}"]),
            (TextRule.identifier, ["key_Ab0"], ["", "a-b", "ä"]),
            (TextRule.modelPattern, ["gpt-4o*", "a/b:c"], ["*", "a*b", "a b"]),
            (
                TextRule.addressBlock, ["10.0.0.0/8", "1.2.3.4", "2001:db8::/32", "fe80::"],
                ["10.0.0.256", "1.2.3", "x"]
            ),
            (TextRule.age, ["24h", "0s"], ["24", "h"]), (TextRule.rowCursor, ["0", "123"], ["-1", "a"]),
            (TextRule.listCursor, ["123-key_1"], ["123", "-x", "1-"]),
        ]
    )
    func patterns(rule: TextRule, good: [String], bad: [String]) throws {
        let pattern = try NSRegularExpression(pattern: try #require(rule.pattern))
        func matches(_ text: String) -> Bool {
            pattern.firstMatch(in: text, range: NSRange(text.startIndex..., in: text)) != nil
        }
        for text in good {
            #expect(rule.accepts(text))
            #expect(matches(text))
        }
        for text in bad where !text.isEmpty {
            #expect(!rule.accepts(text))
            #expect(!matches(text))
        }
    }

    @Test("named schemas are referred to, and appear once")
    func document() {
        var components: [String: JSON] = [:]
        let schema = Schema(.list(Schema(.named("Thing", self.schema)), maximum: 3))
        let document = schema.document(&components)
        #expect(document["items"]?["$ref"] == "#/components/schemas/Thing")
        #expect(components["Thing"]?["required"] == ["name"])
        #expect(components["Thing"]?["additionalProperties"] == false)
        #expect(components["Thing"]?["properties"]?["count"]?["type"] == ["integer", "null"])
        #expect(Schema(.named("Thing", self.schema)).orNull.document(&components)["anyOf"] != nil)
    }
}
