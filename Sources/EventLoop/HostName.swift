// What a resolver takes for a host name: letters, digits, hyphens and underscores in labels of at most 63 bytes, 253
// in all (RFC 1123 §2.1, RFC 1035 §2.3.4). Internationalised names arrive in their ASCII form (RFC 5890).

/// A host name that is fit to be looked up, in lower case and without the dot that may end it.
struct HostName: Hashable, Sendable {
    let text: String

    init?(_ text: String) {
        var bytes = Array(text.utf8)
        if bytes.last == UInt8(ascii: ".") {
            bytes.removeLast()
        }
        guard (1...253).contains(bytes.count) else { return nil }
        let labels = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        for label in labels {
            guard (1...63).contains(label.count), label.allSatisfy(HostName.isAllowed) else { return nil }
        }
        // The C library reads 127.1, 0x7f.1 and 2130706433 as addresses; whoever means an address writes it out.
        guard let last = labels.last, !HostName.isNumber(last) else { return nil }
        self.text = String(decoding: bytes, as: UTF8.self).lowercased()
    }

    /// RFC 6761 §6.3: `localhost` and all names below it are the loopback, whatever a name server says.
    var isLocalhost: Bool {
        text == "localhost" || text.hasSuffix(".localhost")
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            return true
        default:
            return false
        }
    }

    private static func isNumber(_ label: ArraySlice<UInt8>) -> Bool {
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        if label.allSatisfy(digits.contains) { return true }
        let prefix = label.prefix(2).map { $0 | 0x20 }
        return prefix == [UInt8(ascii: "0") | 0x20, UInt8(ascii: "x")]
            && label.dropFirst(2).allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    }
}
