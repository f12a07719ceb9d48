// The server's side of the opening handshake: RFC 6455 §4.2.1 (reading), §4.2.2 (answering), §4.4 (versions).
//
// Order of the checks: method, upgrade fields, HTTP version, WebSocket version, key, subprotocols. So a plain GET is told
// to upgrade rather than that its key is missing. Origin, credentials and bodies are other people's business.

/// Judges upgrade requests and makes the fields of the answer.
package enum ServerHandshake {
    /// Subprotocols that a request may offer.
    package static let maximumSubprotocols = 64
    /// Bytes that all its `Sec-WebSocket-Protocol` values together may have.
    package static let maximumSubprotocolBytes = 8 * 1024
    /// Bytes of extension offers up to which they are looked at; longer ones are declined unread.
    package static let maximumExtensionBytes = 4 * 1024

    /// A request that may be answered with 101.
    package struct Request: Equatable, Sendable {
        /// The value of `Sec-WebSocket-Accept`.
        package var acceptKey: String
        /// As offered, in order; each a token, none twice.
        package var subprotocols: [String]
        /// The raw `Sec-WebSocket-Extensions` values joined by commas, for `DeflateNegotiation`.
        package var extensions: String?

        package init(acceptKey: String, subprotocols: [String], extensions: String?) {
            self.acceptKey = acceptKey
            self.subprotocols = subprotocols
            self.extensions = extensions
        }
    }

    package static func evaluate(
        method: String,
        httpMinorVersion: Int,
        fields: some HandshakeFields
    ) -> Result<Request, Refusal> {
        guard method == "GET" else { return .failure(.methodNotAllowed) }
        guard fields.containsToken("upgrade", "websocket"), fields.containsToken("connection", "upgrade") else {
            return .failure(.notAnUpgrade)
        }
        guard httpMinorVersion >= 1 else { return .failure(.http10) }
        guard fields.values("sec-websocket-version") == ["13"] else {
            return .failure(.versionUnsupported)
        }

        let keys = fields.values("sec-websocket-key")
        guard let key = keys.first else { return .failure(.keyMissing) }
        guard keys.count == 1 else { return .failure(.keyDuplicated) }
        guard AcceptKey.isValid(key) else { return .failure(.keyInvalid) }

        guard let subprotocols = Self.subprotocols(in: fields) else { return .failure(.badSubprotocols) }
        return .success(
            Request(
                acceptKey: AcceptKey.accept(for: key),
                subprotocols: subprotocols,
                extensions: Self.extensions(in: fields)
            )
        )
    }

    /// The fields of the 101 for a request; `extensions` is what `DeflateNegotiation` agreed to.
    ///
    /// A subprotocol that was not offered is left out, since a client must fail the connection over it (§4.1).
    package static func responseFields(
        for request: Request,
        subprotocol: String?,
        extensions: String? = nil
    ) -> [HandshakeField] {
        var fields = [
            HandshakeField("Upgrade", "websocket"),
            HandshakeField("Connection", "Upgrade"),
            HandshakeField("Sec-WebSocket-Accept", request.acceptKey),
        ]
        if let subprotocol, request.subprotocols.contains(subprotocol) {
            fields.append(HandshakeField("Sec-WebSocket-Protocol", subprotocol))
        }
        if let extensions {
            fields.append(HandshakeField("Sec-WebSocket-Extensions", extensions))
        }
        return fields
    }

    /// §4.1: one or more tokens, all different.
    ///
    /// Nil for anything else, and beyond the limits.
    private static func subprotocols(in fields: some HandshakeFields) -> [String]? {
        let values = fields.values("sec-websocket-protocol")
        guard !values.isEmpty else { return [] }
        guard values.reduce(0, { $0 + $1.utf8.count }) <= Self.maximumSubprotocolBytes else { return nil }
        var offered = [String]()
        var seen = Set<Substring>()
        for value in values {
            for part in value.utf8.split(separator: UInt8(ascii: ",")) {
                let element = FieldList.trim(Substring(part))
                // RFC 9110 §5.6.1.2: empty elements of a list are passed over.
                if element.isEmpty { continue }
                guard FieldList.isToken(element), seen.insert(element).inserted,
                    offered.count < Self.maximumSubprotocols
                else { return nil }
                offered.append(String(element))
            }
        }
        return offered.isEmpty ? nil : offered
    }

    private static func extensions(in fields: some HandshakeFields) -> String? {
        let values = fields.values("sec-websocket-extensions")
        guard !values.isEmpty, values.reduce(0, { $0 + $1.utf8.count }) <= Self.maximumExtensionBytes else {
            return nil
        }
        return values.joined(separator: ", ")
    }
}
