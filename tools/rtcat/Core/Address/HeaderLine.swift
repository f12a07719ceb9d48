// One `-H 'Name: value'`. Only what RFC 9110 §5.1 and §5.5 allow gets through: a line break in a value would be a second
// field, and the fields of the handshake itself are not the user's to set.

/// A field to send with the handshake.
package struct HeaderLine: Equatable, Sendable {
    package let name: String
    package let value: String

    private static let handshakeNames: Set<String> = [
        "host", "upgrade", "connection", "sec-websocket-key", "sec-websocket-version", "sec-websocket-extensions",
        "content-length", "transfer-encoding",
    ]

    package init(_ text: String) throws(HeaderLineError) {
        guard let colon = text.firstIndex(of: ":") else { throw .noColon(text) }
        let name = String(text[..<colon])
        let blanks: Set<Character> = [" ", "\t"]
        var value = text[text.index(after: colon)...].drop { blanks.contains($0) }
        while let last = value.last, blanks.contains(last) { value.removeLast() }
        try self.init(name: name, value: String(value))
    }

    package init(name: String, value: String) throws(HeaderLineError) {
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isToken) else { throw .badName(name) }
        guard value.utf8.allSatisfy({ $0 == 0x09 || ($0 >= 0x20 && $0 != 0x7F) }) else { throw .badValue(name) }
        if name.lowercased() == "sec-websocket-protocol" { throw .useSubprotocol }
        guard !Self.handshakeNames.contains(name.lowercased()) else { throw .reserved(name) }
        self.name = name
        self.value = value
    }

    /// RFC 9110 §5.6.2.
    package static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default:
            "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}

/// What is wrong with a `-H`.
package enum HeaderLineError: Error, Equatable, Sendable, CustomStringConvertible {
    case noColon(String)
    case badName(String)
    case badValue(String)
    case reserved(String)
    case useSubprotocol

    package var description: String {
        switch self {
        case .noColon(let text): "'\(text)' is not a header; write -H 'Name: value'"
        case .badName(let name): "'\(name)' is not a header name; letters, digits and -_. only"
        case .badValue(let name): "the value of '\(name)' holds a control character"
        case .reserved(let name): "'\(name)' belongs to the WebSocket handshake and cannot be set"
        case .useSubprotocol: "subprotocols are offered with --subprotocol NAME"
        }
    }
}
