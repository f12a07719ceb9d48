// Header fields as the handshakes see them. HTTP has a module of its own of the same rank, so what is made here are plain
// values, and what is read is asked for by name.

/// One header field.
package struct HandshakeField: Equatable, Hashable, Sendable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
        self.name = name
        self.value = value
    }

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

/// The fields of a head, as far as a handshake asks for them.
package protocol HandshakeFields {
    /// The values of all fields of that name, in any case, in order, without the blanks around them (RFC 9110 §5.5).
    func values(_ name: String) -> [String]

    /// Whether the lists of all fields of that name hold a token, both in any case (RFC 9110 §5.6.1).
    func containsToken(_ name: String, _ token: String) -> Bool
}

extension Array: HandshakeFields where Element == HandshakeField {
    package func values(_ name: String) -> [String] {
        self.filter { FieldList.equals($0.name, name) }.map { String(FieldList.trim($0.value[...])) }
    }

    package func containsToken(_ name: String, _ token: String) -> Bool {
        FieldList.contains(token, in: self.values(name))
    }
}
