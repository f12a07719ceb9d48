// What a client showed to say who it is, and where it showed it.
//
// The text is the peer's: any length, any characters, possibly somebody else's key. It is hashed and compared, nothing
// more, and it is never printed (robustness G1, G4).

package import OpenSSLTLS

/// A key as it came in, not yet known to be one of ours.
package struct Credential: Sendable, Equatable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The place in a request that can carry a key; raw values are safe to show to the client.
    package enum Carrier: String, Sendable, Equatable, CaseIterable {
        case authorization
        case xAPIKey = "x-api-key"
        case xGoogAPIKey = "x-goog-api-key"
        case query = "key="
        case apiKey = "api-key"
        case subprotocol = "sec-websocket-protocol"
    }

    package let carrier: Carrier
    package let text: String

    package init(carrier: Carrier, text: String) {
        self.carrier = carrier
        self.text = text
    }

    /// False when no store needs to be asked: the checksum does not fit or it is somebody else's kind of key.
    package var isWellFormed: Bool { KeyFormat.isWellFormed(text) || ClientSecretFormat.isWellFormed(text) }

    /// What the key directory is asked for.
    package var digest: SHA256Digest { SHA256Digest(hashing: Array(text.utf8)) }

    package var description: String { "credential in \(carrier.rawValue)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["carrier": carrier.rawValue]) }
}
