// Where to connect: a ws or wss URI (RFC 6455 §3), read strictly, so that a mistake is explained instead of dialled.

import Foundation

/// The parts of a WebSocket URI that a client needs.
package struct ServerAddress: Equatable, Sendable {
    package var isSecure: Bool
    /// A name or an address; an IPv6 address without its brackets.
    package var host: String
    package var port: Int
    /// Path and query, as they go into the request line; begins with a slash.
    package var target: String

    /// Reads `ws://host[:port][/path][?query]`; the scheme may be left out, and http and https are understood too.
    package init(_ text: String) throws(AddressError) {
        let (isSecure, rest) = try Self.scheme(of: text)
        let authorityEnd = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = rest[..<authorityEnd]
        let tail = rest[authorityEnd...]
        guard !authority.contains("@") else { throw .userInfo }
        guard !tail.contains("#") else { throw .fragment }
        guard tail.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .unescapedTarget }

        let (host, portText) = try Self.split(authority)
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .badHost(String(authority)) }
        var port = isSecure ? 443 : 80
        if let portText {
            guard let number = UInt16(portText), number > 0 else { throw .badPort(String(portText)) }
            port = Int(number)
        }
        self.isSecure = isSecure
        self.host = String(host)
        self.port = port
        self.target = tail.hasPrefix("/") ? String(tail) : "/" + tail
    }

    private static func scheme(of text: String) throws(AddressError) -> (Bool, Substring) {
        guard let range = text.range(of: "://") else { return (false, Substring(text)) }
        let rest = text[range.upperBound...]
        switch text[..<range.lowerBound].lowercased() {
        case "ws", "http": return (false, rest)
        case "wss", "https": return (true, rest)
        case let other: throw .unknownScheme(other)
        }
    }

    private static func split(_ authority: Substring) throws(AddressError) -> (Substring, Substring?) {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw .badHost(String(authority)) }
            let host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            if rest.isEmpty { return (host, nil) }
            guard rest.hasPrefix(":") else { throw .badHost(String(authority)) }
            return (host, rest.dropFirst())
        }
        guard let colon = authority.firstIndex(of: ":") else { return (authority, nil) }
        let port = authority[authority.index(after: colon)...]
        guard !port.contains(":") else { throw .bareIPv6(String(authority)) }
        return (authority[..<colon], port)
    }

    /// The origin a page of this server would have (RFC 6454 §6.1).
    package var origin: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        let usual = self.isSecure ? 443 : 80
        return "\(self.isSecure ? "https" : "http")://\(host)" + (self.port == usual ? "" : ":\(self.port)")
    }

    /// The same server, asked for another path and query.
    package func with(target: String) -> ServerAddress {
        var address = self
        address.target = target
        return address
    }
}

/// What is wrong with an address; the user is to blame for each of them.
package enum AddressError: Error, Equatable, Sendable, CustomStringConvertible {
    case unknownScheme(String)
    case userInfo
    case fragment
    case unescapedTarget
    case badHost(String)
    case badPort(String)
    case bareIPv6(String)

    package var description: String {
        switch self {
        case .unknownScheme(let scheme):
            "'\(scheme)' is not a scheme rtcat speaks; write ws://… or wss://…"
        case .userInfo:
            "user and password in the address are not sent; use -H 'Authorization: Basic …'"
        case .fragment:
            "a WebSocket address has no fragment (RFC 6455 §3); write # as %23"
        case .unescapedTarget:
            "path and query may only hold printable ASCII; percent-encode spaces and other characters"
        case .badHost(let text):
            "'\(text)' names no host; write ws://host:port/path"
        case .badPort(let text):
            "'\(text)' is not a port; it must be between 1 and 65535"
        case .bareIPv6(let text):
            "'\(text)' has too many colons; write an IPv6 address in brackets, such as ws://[::1]:8080/"
        }
    }
}
