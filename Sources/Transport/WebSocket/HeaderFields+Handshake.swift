// The two modules of one rank that know nothing of each other: HTTP's fields are what a handshake asks, and carry what it
// answers.

package import HTTPFraming
package import WebSocketFraming

extension HeaderFields: HandshakeFields {
    /// The fields that a handshake made, in order.
    package init(_ fields: [HandshakeField]) {
        self.init()
        self.append(contentsOf: fields)
    }

    /// Adds the fields that a handshake made behind these.
    package mutating func append(contentsOf fields: [HandshakeField]) {
        for field in fields { self.append(field.name, field.value) }
    }
}
