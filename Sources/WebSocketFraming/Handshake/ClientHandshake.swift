// The client's side of the opening handshake: RFC 6455 §4.1. It makes the fields of the request and judges the answer.
//
// A redirect is an answer like any other that is not 101: it is reported, never followed, since a request that carries
// a credential must not go where a stranger points.

/// One opening handshake as a client.
package struct ClientHandshake: Equatable, Sendable {
    private let key: String
    private let subprotocols: [String]
    private let extensions: String?

    /// Begins a handshake.
    ///
    /// - Parameters:
    ///   - nonce: 16 bytes that nobody can foresee, new for each handshake.
    ///   - subprotocols: tokens, all different, the favourite first.
    ///   - extensions: what `DeflateNegotiation` offers.
    package init(nonce: [UInt8], subprotocols: [String] = [], extensions: String? = nil) {
        assert(nonce.count == 16)
        self.key = Base64.encode(nonce)
        self.subprotocols = subprotocols
        self.extensions = extensions
    }

    /// The request's fields; `Host` and everything that is not the handshake's are the caller's.
    package var requestFields: [HandshakeField] {
        var fields = [
            HandshakeField("Upgrade", "websocket"),
            HandshakeField("Connection", "Upgrade"),
            HandshakeField("Sec-WebSocket-Key", self.key),
            HandshakeField("Sec-WebSocket-Version", "13"),
        ]
        if !self.subprotocols.isEmpty {
            fields.append(HandshakeField("Sec-WebSocket-Protocol", self.subprotocols.joined(separator: ", ")))
        }
        if let extensions = self.extensions {
            fields.append(HandshakeField("Sec-WebSocket-Extensions", extensions))
        }
        return fields
    }

    /// An answer that opens the connection.
    package struct Accepted: Equatable, Sendable {
        package var subprotocol: String?
        /// The raw extensions answered, for `DeflateNegotiation`; nil unless some were offered.
        package var extensions: String?

        package init(subprotocol: String? = nil, extensions: String? = nil) {
            self.subprotocol = subprotocol
            self.extensions = extensions
        }
    }

    /// §4.1, "Once the client's opening handshake has been sent": all that the client must check.
    package func verify(status: Int, fields: some HandshakeFields) -> Result<Accepted, ClientHandshakeFailure> {
        guard status == 101 else { return .failure(.refused(status: status)) }
        let upgrade = fields.values("upgrade")
        guard upgrade.count == 1, FieldList.equals(upgrade[0], "websocket") else {
            return .failure(.upgradeMissing)
        }
        guard fields.containsToken("connection", "upgrade") else { return .failure(.connectionMissing) }
        let accept = fields.values("sec-websocket-accept")
        guard !accept.isEmpty else { return .failure(.acceptMissing) }
        guard accept.count == 1, accept[0] == AcceptKey.accept(for: self.key) else { return .failure(.acceptWrong) }

        let chosen = fields.values("sec-websocket-protocol")
        guard chosen.count <= 1 else { return .failure(.subprotocolNotOffered) }
        let subprotocol = chosen.first
        if let subprotocol, !self.subprotocols.contains(subprotocol) { return .failure(.subprotocolNotOffered) }

        let answered = fields.values("sec-websocket-extensions")
        guard answered.isEmpty || self.extensions != nil else { return .failure(.extensionNotOffered) }
        return .success(
            Accepted(
                subprotocol: subprotocol,
                extensions: answered.isEmpty ? nil : answered.joined(separator: ", ")
            )
        )
    }
}

/// Why a server's answer does not open the connection; the server is to blame for each of them.
package enum ClientHandshakeFailure: Error, Equatable, Sendable {
    /// An answer other than 101, whose status and body say why.
    case refused(status: Int)
    case upgradeMissing
    case connectionMissing
    case acceptMissing
    case acceptWrong
    case subprotocolNotOffered
    case extensionNotOffered
    /// RFC 7692 §5.1: parameters that do not fit the offer.
    case extensionInvalid

    /// A stable word for logs.
    package var code: String {
        switch self {
        case .refused: "handshake_refused"
        case .upgradeMissing: "handshake_upgrade_missing"
        case .connectionMissing: "handshake_connection_missing"
        case .acceptMissing: "handshake_accept_missing"
        case .acceptWrong: "handshake_accept_wrong"
        case .subprotocolNotOffered: "handshake_subprotocol_not_offered"
        case .extensionNotOffered: "handshake_extension_not_offered"
        case .extensionInvalid: "handshake_extension_invalid"
        }
    }
}
