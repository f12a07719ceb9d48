// IP addresses as bytes: RFC 791 dotted decimal and RFC 4291 §2.2 text forms, without zone ids.
//
// An IPv4 address mapped into IPv6 (RFC 4291 §2.5.5.2) is the same client as the plain one, so both are kept as four
// bytes: an allow-list entry for one cannot be slipped past by the other.

/// An IPv4 or IPv6 address.
package struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// Four or sixteen bytes in network order.
    package let bytes: [UInt8]

    /// Takes raw bytes; nil unless there are four or sixteen.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 4 || bytes.count == 16 else { return nil }
        self.bytes = Self.isMapped(bytes) ? Array(bytes.suffix(4)) : bytes
    }

    /// Parses `192.0.2.1`, `2001:db8::1` or `::ffff:192.0.2.1`.
    package init?(_ text: String) {
        guard let bytes = Self.parseIPv6(text[...]) ?? Self.parseIPv4(text[...]) else { return nil }
        self.init(bytes: bytes)
    }

    private init(unchecked bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// 127.0.0.1.
    package static let loopback = IPAddress(unchecked: [127, 0, 0, 1])

    /// Tells whether only this machine can be at the other end (RFC 1122 §3.2.1.3, RFC 4291 §2.5.3).
    package var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
    }

    /// The ninety-six bits in front of an IPv4 address in IPv6.
    static let mappedPrefix: [UInt8] = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF]

    private static func isMapped(_ bytes: [UInt8]) -> Bool {
        bytes.count == 16 && bytes.starts(with: mappedPrefix)
    }

    package var description: String {
        if bytes.count == 4 { return bytes.map(String.init).joined(separator: ".") }
        return groups.map { String($0, radix: 16) }.joined(separator: ":")
    }

    private var groups: [UInt16] {
        stride(from: 0, to: bytes.count, by: 2).map { UInt16(bytes[$0]) << 8 | UInt16(bytes[$0 + 1]) }
    }

    private static func parseIPv4(_ text: Substring) -> [UInt8]? {
        let parts = text.split(separator: ".", maxSplits: 4, omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bytes: [UInt8] = []
        for part in parts {
            // A leading zero means octal to some readers: refused rather than guessed.
            guard (1...3).contains(part.utf8.count), part == "0" || !part.hasPrefix("0") else { return nil }
            guard part.utf8.allSatisfy(isDecimal), let value = UInt8(part) else { return nil }
            bytes.append(value)
        }
        return bytes
    }

    private static func parseIPv6(_ text: Substring) -> [UInt8]? {
        guard text.utf8.count <= 45, text.utf8.contains(UInt8(ascii: ":")) else { return nil }
        guard let gap = doubleColon(in: text) else {
            guard let bytes = parseGroups(text, mayEndInIPv4: true), bytes.count == 16 else { return nil }
            return bytes
        }
        let head = text[..<gap]
        let tail = text[text.index(gap, offsetBy: 2)...]
        guard let front = parseGroups(head, mayEndInIPv4: false), let back = parseGroups(tail, mayEndInIPv4: true),
            front.count + back.count <= 14
        else { return nil }
        return front + [UInt8](repeating: 0, count: 16 - front.count - back.count) + back
    }

    private static func doubleColon(in text: Substring) -> Substring.Index? {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index] == ":", next < text.endIndex, text[next] == ":" { return index }
            index = next
        }
        return nil
    }

    private static func parseGroups(_ text: Substring, mayEndInIPv4: Bool) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        let parts = text.split(separator: ":", maxSplits: 8, omittingEmptySubsequences: false)
        var bytes: [UInt8] = []
        for (index, part) in parts.enumerated() {
            if mayEndInIPv4, index == parts.count - 1, part.utf8.contains(UInt8(ascii: ".")) {
                guard let ipv4 = parseIPv4(part) else { return nil }
                bytes += ipv4
                continue
            }
            guard (1...4).contains(part.utf8.count), part.utf8.allSatisfy(isHexadecimal),
                let group = UInt16(part, radix: 16)
            else { return nil }
            bytes += [UInt8(group >> 8), UInt8(group & 0xFF)]
        }
        return bytes.count <= 16 ? bytes : nil
    }

    private static func isDecimal(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDecimal(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
