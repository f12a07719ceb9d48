// protocol/http §7: every complaint says where the fault is.

import Testing

@testable import Dialects

@Suite struct ClaudeNodeTests {
    private func node(_ text: String) throws -> ClaudeNode { try ClaudeNode.root(Array(text.utf8)) }

    private func fault(_ body: () throws -> Void) -> ConversionRefusal? {
        do {
            try body()
            return nil
        } catch {
            return error as? ConversionRefusal
        }
    }

    @Test("Paths name members and elements")
    func paths() throws {
        let root = try node(#"{"a":{"b":[1,{"c":"x"}]}}"#)
        let elements = try #require(root["a"]?["b"]).elements()
        #expect(elements[1]["c"]?.path == "a.b[1].c")
        #expect(try elements[1].required("c").text() == "x")
        #expect(fault { _ = try elements[1].required("d") }?.param == "a.b[1].d")
        #expect(fault { _ = try elements[0].text() }?.param == "a.b[0]")
    }

    @Test("A null member counts as absent")
    func nulls() throws {
        #expect(try node(#"{"a":null}"#)["a"] == nil)
        #expect(fault { _ = try node(#"{"a":null}"#).required("a") }?.code == "missing_required_parameter")
    }

    @Test("Each kind is told from all others")
    func kinds() throws {
        let root = try node(#"{"s":"","n":1.5,"i":2,"b":true,"o":{},"a":["x"]}"#)
        #expect(try root.required("n").number() == 1.5)
        #expect(try root.required("i").integer() == 2)
        #expect(try root.required("b").flag())
        #expect(try root.required("o").object().value == .object([]))
        #expect(try root.required("a").texts() == ["x"])
        let wrong: [() throws -> Void] = [
            { _ = try root.required("n").integer() }, { _ = try root.required("s").number() },
            { _ = try root.required("i").flag() }, { _ = try root.required("a").object() },
            { _ = try root.required("o").elements() }, { _ = try root.required("b").text() },
            { _ = try root.required("s").texts() },
        ]
        for body in wrong { #expect(fault(body)?.code == "invalid_type") }
    }

    @Test("What is no object is no request", arguments: ["", "[]", "null", "{", "{}x", "\u{1}", "{\"a\":\"\\x\"}"])
    func nonsense(text: String) {
        #expect(fault { _ = try node(text) }?.code == "invalid_json")
    }
}
