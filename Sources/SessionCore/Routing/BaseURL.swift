// Where an upstream lives, taken apart once so that nobody parses it again.
//
// Accepted: `http`, `https`, `ws`, `wss` (the latter two as the former), a host name or IP literal, a port, a path.
// Refused: an empty host (robustness F3: OpenSSL would check no name), user info, query, fragment, odd characters.

/// The base of an upstream's addresses (RFC 3986 §3, narrowed).
package struct BaseURL: Sendable, Hashable, CustomStringConvertible {
    /// Why a text is no base URL.
    package enum Problem: Error, Sendable, Equatable {
        case scheme
        case emptyHost
        case host
        case port
        case userInfo
        case queryOrFragment
        case path
    }

    /// TLS or not.
    package enum Scheme: String, Sendable, Hashable {
        case http
        case https

        package var defaultPort: Int { self == .https ? 443 : 80 }
    }

    package var scheme: Scheme
    /// Host name in lower case, or an IP literal without brackets; never empty.
    package var host: String
    package var port: Int
    /// Begins with `/` and does not end with it, or is empty.
    package var pathPrefix: String

    package init(scheme: Scheme, host: String, port: Int, pathPrefix: String) {
        self.scheme = scheme
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
    }

    package var isSecure: Bool { scheme == .https }

    /// What the `Host` field says: brackets around IPv6, the port only if it is not the scheme's own.
    package var authority: String {
        let name = host.utf8.contains(UInt8(ascii: ":")) ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    package var description: String { "\(scheme.rawValue)://\(authority)\(pathPrefix)" }

    /// Takes a text apart.
    package static func parse(_ text: String) throws(Problem) -> Self {
        let (scheme, rest) = try splitScheme(text)
        guard !rest.contains(where: { $0 == "?" || $0 == "#" }) else { throw .queryOrFragment }
        let slash = rest.firstIndex(of: "/") ?? rest.endIndex
        let authority = rest[..<slash]
        guard !authority.contains("@") else { throw .userInfo }
        let (host, port) = try splitAuthority(authority, scheme: scheme)
        return Self(scheme: scheme, host: host, port: port, pathPrefix: try checkedPath(rest[slash...]))
    }

    private static func splitScheme(_ text: String) throws(Problem) -> (Scheme, Substring) {
        for (name, scheme) in [("https", Scheme.https), ("http", .http), ("wss", .https), ("ws", .http)] {
            let start = name + "://"
            guard text.lowercased().hasPrefix(start) else { continue }
            return (scheme, text.dropFirst(start.count))
        }
        throw .scheme
    }

    private static func splitAuthority(_ text: Substring, scheme: Scheme) throws(Problem) -> (String, Int) {
        var host = text
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw .host }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw .host }
            port = rest.isEmpty ? nil : rest.dropFirst()
            guard host.contains(":"), IPAddress(String(host)) != nil else { throw .host }
        } else if let colon = text.firstIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
        }
        guard !host.isEmpty else { throw .emptyHost }
        guard host.contains(":") || isHostName(host) else { throw .host }
        guard let port else { return (host.lowercased(), scheme.defaultPort) }
        guard port.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(port),
            (1...65_535).contains(number)
        else { throw .port }
        return (host.lowercased(), number)
    }

    /// RFC 1123 §2.1, with `_`, which container networks use in names.
    private static func isHostName(_ host: Substring) -> Bool {
        guard host.utf8.count <= 253 else { return false }
        return host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && !label.hasPrefix("-") && !label.hasSuffix("-")
                && label.utf8.allSatisfy { Base62.isDigit($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
        }
    }

    private static func checkedPath(_ text: Substring) throws(Problem) -> String {
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !text.contains("//"), !text.contains("/../"),
            !text.hasSuffix("/..")
        else { throw .path }
        return String(text.hasSuffix("/") ? text.dropLast() : text)
    }
}
