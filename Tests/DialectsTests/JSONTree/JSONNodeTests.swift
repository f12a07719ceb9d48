// Paths and refusals as clients read them (protocol: http §1.5).

import Testing

@testable import Dialects

@Suite struct JSONNodeTests {
    static let node = JSONNode(["a": [["b": 1], nil], "n": nil, "s": "", "x": 1.5])

    static func refusal(_ body: () throws(ConversionRefusal) -> Void) -> ConversionRefusal? {
        do throws(ConversionRefusal) {
            try body()
            return nil
        } catch {
            return error
        }
    }

    @Test func paths() throws {
        let elements = try Self.node.required("a").elements()
        #expect(elements.map(\.path) == ["a[0]", "a[1]"])
        #expect(elements[0].member("b")?.path == "a[0].b")
        #expect(try elements[0].required("b").integer() == 1)
        #expect(Self.node.member("n") == nil)
    }

    @Test func refusals() throws {
        let element = try Self.node.required("a").elements()[1]
        #expect(Self.refusal { () throws(ConversionRefusal) in _ = try element.object() }?.param == "a[1]")
        let missing = Self.refusal { () throws(ConversionRefusal) in _ = try Self.node.required("n") }
        #expect(missing?.code == "missing_required_parameter")
        #expect(missing?.param == "n")
        let empty = Self.refusal { () throws(ConversionRefusal) in _ = try Self.node.required("s").name() }
        #expect(empty == ConversionRefusal(code: "invalid_value", param: "s", message: "'s' must not be empty."))
        let fraction = Self.refusal { () throws(ConversionRefusal) in _ = try Self.node.required("x").integer() }
        #expect(fraction?.message == "Invalid type for 'x': expected an integer.")
        let whole = Self.refusal { () throws(ConversionRefusal) in _ = try JSONNode([]).object() }
        #expect(whole?.param == nil)
        #expect(whole?.message == "The body must be an object.")
    }
}
