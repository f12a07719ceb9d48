// Reading and writing addresses: dotted decimal (RFC 3986 §3.2.2, no leading zeros), IPv6 text (RFC 4291 §2.2, also
// with embedded IPv4 and a numeric zone), brackets with a port (RFC 3986), canonical output (RFC 5952).

extension SocketAddress: CustomStringConvertible {
    /// Reads `127.0.0.1:8080` or `[::1]:80`.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        guard let port = SocketAddress.decimal(bytes[(colon + 1)...], atMost: 65_535) else { return nil }
        var host = bytes[..<colon]
        let isBracketed = host.first == UInt8(ascii: "[")
        if isBracketed {
            guard host.count >= 2, host.last == UInt8(ascii: "]") else { return nil }
            host = host.dropFirst().dropLast()
        }
        guard let address = SocketAddress(ipText: host, port: UInt16(port)) else { return nil }
        guard isBracketed == (address.family == .v6) else { return nil }
        self = address
    }

    /// Reads an address without brackets or port; nil for anything else, a host name included.
    package init?(ip text: String, port: UInt16) {
        self.init(ipText: Array(text.utf8)[...], port: port)
    }

    /// `127.0.0.1:8080` or `[::1]:80`.
    package var description: String {
        family == .v4 ? "\(ipDescription):\(port)" : "[\(ipDescription)]:\(port)"
    }

    /// The address alone, in canonical form.
    package var ipDescription: String {
        if family == .v4 {
            return SocketAddress.dotted(low)
        }
        let zone = scope == 0 ? "" : "%\(scope)"
        if isMappedV4 {
            return "::ffff:\(SocketAddress.dotted(low))\(zone)"
        }
        let groups = (0..<8).map { (index: Int) -> UInt64 in
            let half = index < 4 ? high : low
            return half >> UInt64(48 - 16 * (index % 4)) & 0xFFFF
        }
        // RFC 5952 §4.2: the first longest run of two or more zero groups is written as "::".
        var best = 0..<0
        var start = 0
        while start < 8 {
            var end = start
            while end < 8, groups[end] == 0 { end += 1 }
            if end - start > max(best.count, 1) { best = start..<end }
            start = end + 1
        }
        let hex = groups.map { String($0, radix: 16) }
        if best.isEmpty {
            return hex.joined(separator: ":") + zone
        }
        let front = hex[..<best.lowerBound].joined(separator: ":")
        let back = hex[best.upperBound...].joined(separator: ":")
        return "\(front)::\(back)\(zone)"
    }

    private static func dotted(_ value: UInt64) -> String {
        "\(value >> 24 & 0xFF).\(value >> 16 & 0xFF).\(value >> 8 & 0xFF).\(value & 0xFF)"
    }

    private init?(ipText text: ArraySlice<UInt8>, port: UInt16) {
        // No address has a longer text; what is longer is not worth looking at.
        guard text.count <= 64 else { return nil }
        if !text.contains(UInt8(ascii: ":")) {
            guard let value = SocketAddress.readV4(text) else { return nil }
            self.init(family: .v4, high: 0, low: value, scope: 0, port: port)
            return
        }
        var text = text
        var scope: UInt32 = 0
        if let percent = text.firstIndex(of: UInt8(ascii: "%")) {
            guard let zone = SocketAddress.decimal(text[(percent + 1)...], atMost: UInt64(UInt32.max)) else {
                return nil
            }
            scope = UInt32(zone)
            text = text[..<percent]
        }
        guard let groups = SocketAddress.readV6(text) else { return nil }
        let half = { (groups: ArraySlice<UInt16>) in groups.reduce(UInt64(0)) { $0 << 16 | UInt64($1) } }
        self.init(family: .v6, high: half(groups[..<4]), low: half(groups[4...]), scope: scope, port: port)
    }

    private static func readV4(_ text: ArraySlice<UInt8>) -> UInt64? {
        let parts = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var value: UInt64 = 0
        for part in parts {
            guard let octet = decimal(part, atMost: 255) else { return nil }
            value = value << 8 | octet
        }
        return value
    }

    /// Eight groups; "::" stands once for one or more zero groups.
    private static func readV6(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        let colon = UInt8(ascii: ":")
        var gap: Int?
        var index = text.startIndex
        while index + 1 < text.endIndex {
            if text[index] == colon, text[index + 1] == colon {
                guard gap == nil else { return nil }
                gap = index
                index += 1
            }
            index += 1
        }
        guard let gap else {
            guard let groups = readGroups(text), groups.count == 8 else { return nil }
            return groups
        }
        let front = text[..<gap]
        let back = text[(gap + 2)...]
        guard !front.contains(UInt8(ascii: ".")) else { return nil }
        guard let left = front.isEmpty ? [] : readGroups(front) else { return nil }
        guard let right = back.isEmpty ? [] : readGroups(back) else { return nil }
        guard left.count + right.count <= 7 else { return nil }
        return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
    }

    /// Groups between single colons, the last of which may be an IPv4 address.
    private static func readGroups(_ text: ArraySlice<UInt8>) -> [UInt16]? {
        let parts = text.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (position, part) in parts.enumerated() {
            if part.contains(UInt8(ascii: ".")) {
                guard position == parts.count - 1, let value = readV4(part) else { return nil }
                groups.append(UInt16(truncatingIfNeeded: value >> 16))
                groups.append(UInt16(truncatingIfNeeded: value))
            } else {
                guard let group = hexadecimal(part) else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    private static func hexadecimal(_ digits: ArraySlice<UInt8>) -> UInt16? {
        guard (1...4).contains(digits.count) else { return nil }
        var value: UInt16 = 0
        for digit in digits {
            guard digit < 0x80, let nibble = Character(UnicodeScalar(digit)).hexDigitValue else { return nil }
            value = value << 4 | UInt16(nibble)
        }
        return value
    }

    /// Digits only, no leading zero, at most ten of them.
    private static func decimal(_ digits: ArraySlice<UInt8>, atMost limit: UInt64) -> UInt64? {
        guard let first = digits.first, digits.count <= 10 else { return nil }
        guard first != UInt8(ascii: "0") || digits.count == 1 else { return nil }
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
        }
        return value <= limit ? value : nil
    }
}
