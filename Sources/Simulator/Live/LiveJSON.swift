// Messages of Gemini Live are JSON of protocol buffers: names come in camel case or in snake case, whole numbers as numbers
// or as texts (realtime reference §14.2).

import Dialects

extension JSONValue {
    /// The member of that name, which is given in camel case and may be written in either.
    func proto(_ name: String) -> JSONValue? {
        self[name] ?? self[Self.snakeCase(name)]
    }

    /// A whole number, also one written as a text.
    var protoInteger: Int? {
        self.integer ?? self.string.flatMap(Int.init)
    }

    /// Whether it is an object with no member beyond those named, in either case.
    func unknownName(beyond names: [String]) -> String? {
        let known = Set(names + names.map(Self.snakeCase))
        return self.members.first { !known.contains($0.key) }?.key
    }

    private static func snakeCase(_ name: String) -> String {
        name.reduce(into: "") { text, character in
            if character.isUppercase { text.append("_") }
            text.append(contentsOf: character.lowercased())
        }
    }
}
