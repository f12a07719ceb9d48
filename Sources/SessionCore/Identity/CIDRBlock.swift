// A block of addresses as in RFC 4632 §3.1 and RFC 4291 §2.3: what a key's `--allow-ip` names.

/// An address with the number of leading bits that count.
package struct CIDRBlock: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The first address of the block: bits beyond the prefix are zero.
    package let network: IPAddress
    package let prefixLength: Int

    /// Parses `10.0.0.0/8`, `2001:db8::/32`, or one address; bits beyond the prefix are cleared.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)), parts.count <= 2 else { return nil }
        var prefix = address.bytes.count * 8
        if parts.count == 2 {
            guard let written = Self.parsePrefix(parts[1]) else { return nil }
            // `::ffff:10.0.0.0/104` is 10.0.0.0/8: the address was folded to four bytes, so its prefix is, too.
            let folded = first.utf8.contains(UInt8(ascii: ":")) && address.bytes.count == 4
            let shift = folded ? IPAddress.mappedPrefix.count * 8 : 0
            guard written >= shift, written - shift <= prefix else { return nil }
            prefix = written - shift
        }
        guard let network = IPAddress(bytes: Self.cleared(address.bytes, beyond: prefix)) else { return nil }
        self.network = network
        self.prefixLength = prefix
    }

    /// Tells whether an address of four or sixteen bytes lies in the block; other lengths lie nowhere.
    package func contains(_ address: [UInt8]) -> Bool {
        guard let address = IPAddress(bytes: address), address.bytes.count == network.bytes.count else { return false }
        return Self.cleared(address.bytes, beyond: prefixLength) == network.bytes
    }

    package var description: String { "\(network)/\(prefixLength)" }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let block = Self(text) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a block of addresses")
        }
        self = block
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    private static func parsePrefix(_ text: Substring) -> Int? {
        guard (1...3).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }

    private static func cleared(_ bytes: [UInt8], beyond prefix: Int) -> [UInt8] {
        var bytes = bytes
        for index in bytes.indices {
            let kept = min(max(prefix - index * 8, 0), 8)
            bytes[index] &= kept == 0 ? 0 : 0xFF << (8 - UInt8(kept))
        }
        return bytes
    }
}
