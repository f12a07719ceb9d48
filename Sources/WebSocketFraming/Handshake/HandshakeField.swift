// Header fields as the handshakes see them. HTTP has a module of its own of the same rank, so these are plain values.

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
