// Finds the credential of a request among its six possible carriers.
//
// Order: Authorization, x-api-key, x-goog-api-key, key=, api-key, then the browser's subprotocols
// (`openai-insecure-api-key.<KEY>`, split at the first dot after the known prefix, because keys contain dots).
// Robustness B14: two carriers that disagree are refused; guessing would let one party act under another's key.
// Robustness G4: a strange value is a credential that nobody owns, never an error of its own kind.

/// Reads credentials out of a request's parts.
package enum CredentialReader {
    /// What was found.
    package enum Finding: Sendable, Equatable {
        case none
        case one(Credential)
        /// Carriers that named different keys, in reading order.
        case conflict([Credential.Carrier])
    }

    /// Subprotocol prefixes that carry a key; the rest of the token is the key.
    package static let subprotocolPrefixes = ["openai-insecure-api-key.", "xai-client-secret."]

    /// Returns the one credential of a request.
    ///
    /// - `header`: all values of a field, by lower-case name.
    /// - `query`: decoded items of the target's query.
    /// - `subprotocols`: the tokens offered in `Sec-WebSocket-Protocol`, in order.
    package static func read(
        header: (String) -> [String],
        query: [(name: String, value: String)] = [],
        subprotocols: [String] = []
    ) -> Finding {
        var found: [Credential] = []
        func collect(_ carrier: Credential.Carrier, _ text: String) {
            let text = trimmed(text)
            // An empty value names nobody; SDKs without a key send exactly that.
            guard !text.isEmpty else { return }
            found.append(Credential(carrier: carrier, text: text))
        }

        for value in header("authorization") { collect(.authorization, bearerToken(value)) }
        for value in header("x-api-key") { collect(.xAPIKey, value) }
        for value in header("x-goog-api-key") { collect(.xGoogAPIKey, value) }
        for item in query where item.name == "key" { collect(.query, item.value) }
        for value in header("api-key") { collect(.apiKey, value) }
        for token in subprotocols {
            guard let key = keyInSubprotocol(token) else { continue }
            collect(.subprotocol, key)
        }

        guard let first = found.first else { return .none }
        guard found.allSatisfy({ $0.text == first.text }) else { return .conflict(found.map(\.carrier)) }
        return .one(first)
    }

    /// Tells whether a subprotocol token carries a key and must be neither selected, logged nor forwarded.
    package static func carriesKey(subprotocol token: String) -> Bool {
        keyInSubprotocol(token) != nil
    }

    private static func keyInSubprotocol(_ token: String) -> String? {
        for prefix in subprotocolPrefixes where token.utf8.starts(with: prefix.utf8) {
            return String(decoding: token.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        }
        return nil
    }

    /// Takes `Bearer` off; another scheme, or none, leaves a text that is no key of ours and is refused as such.
    private static func bearerToken(_ value: String) -> String {
        let value = trimmed(value)
        let scheme = "bearer"
        let head = value.utf8.prefix(scheme.utf8.count + 1)
        guard value.utf8.prefix(scheme.utf8.count).elementsEqual(scheme.utf8, by: { lowercased($0) == $1 }) else {
            return value
        }
        // `Bearer` alone is an SDK without a key; `Bearerx` is not the scheme.
        guard head.count > scheme.utf8.count else { return "" }
        guard let separator = head.last, isBlank(separator) else { return value }
        return String(decoding: value.utf8.dropFirst(scheme.utf8.count), as: UTF8.self)
    }

    /// RFC 9110 §5.6.3: optional white space is space and tab.
    private static func trimmed(_ text: String) -> String {
        var bytes = Substring(text).utf8
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        // Nearly always nothing had to go, and the text need not be made anew.
        return bytes.count == text.utf8.count ? text : String(decoding: bytes, as: UTF8.self)
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func lowercased(_ byte: UInt8) -> UInt8 {
        (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
    }
}
