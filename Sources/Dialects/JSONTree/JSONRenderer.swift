// JSONValue to text: compact, members in their order, non-ASCII characters as they are (RFC 8259 §7, §8.1).

extension JSONValue {
    /// The compact UTF-8 rendering.
    package var rendered: [UInt8] {
        var output: [UInt8] = []
        self.render(into: &output)
        return output
    }

    /// The compact rendering as text.
    package var text: String {
        String(decoding: self.rendered, as: UTF8.self)
    }

    /// Appends the compact UTF-8 rendering.
    package func render(into output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let flag): output.append(contentsOf: (flag ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .decimal(let value): output.append(contentsOf: value.text.utf8)
        case .string(let text): JSONString.append(text, to: &output)
        case .array(let elements):
            output.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                element.render(into: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (index, member) in members.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                JSONString.append(member.key, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.render(into: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }
}
