// Members of one object held to those of another, byte for byte where nothing has to change: numbers stay as they were
// written, and members keep their order.

/// Rewrites JSON objects.
package enum JSONBinding {
    /// The object with every member of `bound` as `bound` has it; objects on both sides are merged, all else replaced.
    package static func bind(_ object: [UInt8], to bound: [UInt8]) throws(JSONViolation) -> [UInt8] {
        let (own, binding) = try (Self.members(object), Self.members(bound))
        var output: [(name: String, value: [UInt8])] = []
        for member in own {
            guard let other = binding.first(where: { $0.name == member.name }) else {
                output.append((member.name, member.value))
                continue
            }
            let value = member.isObject && other.isObject ? try Self.bind(member.value, to: other.value) : other.value
            output.append((member.name, value))
        }
        for member in binding where !own.contains(where: { $0.name == member.name }) {
            output.append((member.name, member.value))
        }
        return Self.text(output)
    }

    /// The object without the members that `bound` has; of objects on both sides only what `bound` has within goes.
    package static func remove(_ bound: [UInt8], from object: [UInt8]) throws(JSONViolation) -> [UInt8] {
        let (own, binding) = try (Self.members(object), Self.members(bound))
        var output: [(name: String, value: [UInt8])] = []
        for member in own {
            guard let other = binding.first(where: { $0.name == member.name }) else {
                output.append((member.name, member.value))
                continue
            }
            guard member.isObject, other.isObject else { continue }
            let rest = try Self.remove(other.value, from: member.value)
            if rest != Self.text([]) { output.append((member.name, rest)) }
        }
        return Self.text(output)
    }

    /// The object with the value of one member changed, if it has one.
    package static func change(
        _ name: String,
        in object: [UInt8],
        _ change: ([UInt8]) throws(JSONViolation) -> [UInt8]
    ) throws(JSONViolation) -> [UInt8] {
        var output: [(name: String, value: [UInt8])] = []
        for member in try Self.members(object) {
            output.append((member.name, member.name == name ? try change(member.value) : member.value))
        }
        return Self.text(output)
    }

    /// The value of a member as it stands there; nil if there is none.
    package static func value(_ path: [String], of object: [UInt8]) -> [UInt8]? {
        var value = object
        for name in path {
            guard let member = (try? Self.members(value))?.first(where: { $0.name == name }) else { return nil }
            value = member.value
        }
        return value
    }

    private struct Member {
        let name: String
        let value: [UInt8]
        let isObject: Bool
    }

    private static func members(_ object: [UInt8]) throws(JSONViolation) -> [Member] {
        let span = object.span
        var members: [Member] = []
        for member in try TopLevelScanner.members(of: span) {
            guard let name = JSONString.decode(span, member.key) else { throw .malformed(at: member.key.lowerBound) }
            members.append(Member(name: name, value: Array(object[member.value]), isObject: member.kind == .object))
        }
        return members
    }

    private static func text(_ members: [(name: String, value: [UInt8])]) -> [UInt8] {
        var output: [UInt8] = [JSONGrammar.openBrace]
        for (index, member) in members.enumerated() {
            if index > 0 { output.append(JSONGrammar.comma) }
            JSONString.append(member.name, to: &output)
            output.append(JSONGrammar.colon)
            output.append(contentsOf: member.value)
        }
        output.append(JSONGrammar.closeBrace)
        return output
    }
}
