// Base64 (RFC 4648 §4), and its url-safe sibling (§5) as far as it has to be understood.

/// Reads and writes base64.
package enum Base64Text {
    /// The text in the standard alphabet with its padding, from either alphabet and with or without padding; nil for anything else.
    package static func standard(_ text: String) -> String? {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count + 2)
        var padding = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                continue
            case UInt8(ascii: "="):
                padding += 1
            default:
                guard padding == 0, let value = Self.value(byte) else { return nil }
                output.append(Self.alphabet[value])
            }
        }
        let rest = output.count % 4
        guard rest != 1, padding <= 2 else { return nil }
        if rest > 0 { output.append(contentsOf: repeatElement(UInt8(ascii: "="), count: 4 - rest)) }
        return String(decoding: output, as: UTF8.self)
    }

    /// The bytes that a base64 text stands for; nil if it is none.
    package static func decode(_ text: String) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(text.utf8.count / 4 * 3)
        var (bits, count): (UInt32, Int) = (0, 0)
        for byte in text.utf8 where byte != UInt8(ascii: "=") {
            guard let value = Self.value(byte) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return output
    }

    /// The base64 text of bytes, in the standard alphabet with its padding.
    package static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity((bytes.count + 2) / 3 * 4)
        var index = 0
        while index < bytes.count {
            let count = min(3, bytes.count - index)
            var bits: UInt32 = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < count ? UInt32(bytes[index + offset]) : 0) }
            for place in 0..<4 {
                let value = Int(bits >> UInt32(18 - 6 * place)) & 0x3F
                output.append(place <= count ? Self.alphabet[value] : UInt8(ascii: "="))
            }
            index += 3
        }
        return output
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    private static func value(_ byte: UInt8) -> Int? {
        switch UnicodeScalar(byte) {
        case "A"..."Z": Int(byte) - 0x41
        case "a"..."z": Int(byte) - 0x61 + 26
        case "0"..."9": Int(byte) - 0x30 + 52
        case "+", "-": 62
        case "/", "_": 63
        default: nil
        }
    }
}
