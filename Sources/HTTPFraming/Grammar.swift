// The character classes of HTTP (RFC 9110 §5.6.2, §5.5) and of request targets (RFC 9112 §3.2), in one place and under
// the names the RFCs use. Every function takes any byte and answers; none can fail.

/// Character classes of RFC 9110 and RFC 9112.
enum Grammar {
    static let carriageReturn: UInt8 = 0x0D
    static let lineFeed: UInt8 = 0x0A
    static let horizontalTab: UInt8 = 0x09
    static let space: UInt8 = 0x20
    static let colon: UInt8 = 0x3A
    static let comma: UInt8 = 0x2C
    static let semicolon: UInt8 = 0x3B
    static let percent: UInt8 = 0x25
    static let underscore: UInt8 = 0x5F

    /// RFC 9110 §5.6.2 `tchar`.
    @inline(__always)
    static func isToken(_ byte: UInt8) -> Bool {
        // A bit for each byte of ASCII, 64 to a word: every byte of every head is asked about.
        let bits: UInt64 = byte < 64 ? 0x03FF_6CFA_0000_0000 : 0x57FF_FFFF_C7FF_FFFE
        return byte < 128 && bits >> UInt64(byte & 63) & 1 == 1
    }

    /// RFC 9110 §5.6.2 `token`.
    static func isToken(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where !isToken(text[index]) { return false }
        return !text.isEmpty
    }

    /// RFC 9110 §5.5: what a field value may contain, blanks between its visible characters included.
    @inline(__always)
    static func isFieldContent(_ byte: UInt8) -> Bool {
        (byte >= 0x20 && byte != 0x7F) || byte == horizontalTab
    }

    /// Whether all bytes of a text may stand in a field value.
    static func isFieldContent(_ text: Span<UInt8>) -> Bool {
        for index in 0..<text.count where !isFieldContent(text[index]) { return false }
        return true
    }

    /// A byte that may stand in a request target: visible ASCII but `#`, which would start a fragment.
    @inline(__always)
    static func isTargetByte(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte < 0x7F && byte != 0x23
    }

    /// RFC 9110 §5.6.3 `OWS`.
    @inline(__always)
    static func isBlank(_ byte: UInt8) -> Bool {
        byte == space || byte == horizontalTab
    }

    @inline(__always)
    static func isDigit(_ byte: UInt8) -> Bool {
        byte >= 0x30 && byte <= 0x39
    }

    @inline(__always)
    static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= 0x61 && lower <= 0x7A
    }

    /// RFC 3986 §2.3 `unreserved`.
    static func isUnreserved(_ byte: UInt8) -> Bool {
        isLetter(byte) || isDigit(byte) || byte == 0x2D || byte == 0x2E || byte == underscore || byte == 0x7E
    }

    /// The value of a hexadecimal digit, nil for any other byte.
    static func hexValue(_ byte: UInt8) -> UInt8? {
        if isDigit(byte) { return byte - 0x30 }
        let lower = byte | 0x20
        return lower >= 0x61 && lower <= 0x66 ? lower - 0x61 + 10 : nil
    }

    /// RFC 3986 §2.1: "%" and two hexadecimal digits, in upper case.
    static func appendEncoded(_ byte: UInt8, to output: inout [UInt8]) {
        output.append(percent)
        for digit in [byte >> 4, byte & 0x0F] {
            output.append(digit < 10 ? 0x30 + digit : 0x41 + digit - 10)
        }
    }

    @inline(__always)
    static func lowercased(_ byte: UInt8) -> UInt8 {
        byte >= 0x41 && byte <= 0x5A ? byte | 0x20 : byte
    }

    /// Whether two texts are equal but for the case of ASCII letters.
    static func equalIgnoringCase(_ one: borrowing Span<UInt8>, _ other: borrowing Span<UInt8>) -> Bool {
        guard one.count == other.count else { return false }
        for index in 0..<one.count where lowercased(one[index]) != lowercased(other[index]) {
            return false
        }
        return true
    }

    /// RFC 9112 §3.2, RFC 3986 §3.2: a host name, IPv4 address or bracketed IPv6 address, then perhaps a port.
    ///
    /// Narrower than the RFC: no user information, percent-encoding or sub-delimiters, none of which a real host has.
    static func isAuthority(_ text: borrowing Span<UInt8>) -> Bool {
        var index = 0
        if text.count > 0, text[0] == 0x5B {
            index = 1
            while index < text.count, hexValue(text[index]) != nil || text[index] == colon || text[index] == 0x2E {
                index += 1
            }
            guard index > 2, index < text.count, text[index] == 0x5D else { return false }
            index += 1
        } else {
            while index < text.count, isUnreserved(text[index]) { index += 1 }
            guard index > 0, index <= 255 else { return false }
        }
        guard index < text.count else { return true }
        guard text[index] == colon else { return false }
        let digits = text.count - index - 1
        guard digits >= 1, digits <= 5 else { return false }
        var port = 0
        for position in (index + 1)..<text.count {
            guard isDigit(text[position]) else { return false }
            port = port * 10 + Int(text[position] - 0x30)
        }
        return port <= 65_535
    }
}
