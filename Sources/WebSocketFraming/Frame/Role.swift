// The two ends of a WebSocket connection (RFC 6455 §1.3). Only masking (§5.1) and who closes TCP first (§7.1.1) depend
// on it; everything else is the same for both.

/// Which end *we* are on a connection.
package enum Role: Sendable, Equatable {
    case client
    case server

    /// §5.1: what a client sends is masked, what a server sends is not.
    package var masksOutbound: Bool {
        // A switch, because `==` of an enum goes through a witness and this is asked for every frame.
        switch self {
        case .client: true
        case .server: false
        }
    }

    package var opposite: Role { self.masksOutbound ? .server : .client }
}
