// The tree's accessors and merging.

import Testing

@testable import Dialects

@Suite("JSON values")
struct JSONValueTests {
    @Test("Members are set in place, appended, removed")
    func setsMembers() {
        var value: JSONValue = ["a": 1, "b": 2]
        value["a"] = 3
        value["c"] = "x"
        value["b"] = nil
        #expect(value.text == #"{"a":3,"c":"x"}"#)
        value["c"] = .null
        #expect(value["c"] == .null)
        #expect(value["d"] == nil)
    }

    @Test("Setting a member of what is no object changes nothing")
    func leavesOthersAlone() {
        var value: JSONValue = [1]
        value["a"] = 1
        #expect(value == [1])
    }

    @Test("Overlaying replaces members and keeps the rest, null included")
    func overlays() {
        let base: JSONValue = ["a": 1, "b": ["x": 1]]
        #expect(base.overlaid(with: ["b": nil, "c": 2]) == ["a": 1, "b": nil, "c": 2])
        #expect(base.overlaid(with: .null) == base)
    }

    @Test("Accessors answer for their own kind only")
    func accesses() {
        #expect(JSONValue.bool(true).integer == nil)
        #expect(JSONValue.integer(1).bool == nil)
        #expect(JSONValue.integer(2).double == 2)
        #expect(JSONValue.string("1").integer == nil)
        #expect(JSONValue.number(1e300).integer == nil)
        #expect(JSONValue.null.isNull)
    }
}
