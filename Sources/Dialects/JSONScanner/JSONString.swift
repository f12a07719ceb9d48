// JSON strings (RFC 8259 §7), written and read back. Reading expects a string whose escapes a scanner has checked, and
// answers nil, never traps, for any other.

/// Writes and reads JSON strings.
package enum JSONString {
    /// Appends a text as a JSON string, quotation marks included.
    package static func append(_ text: String, to output: inout [UInt8]) {
        output.append(quote)
        let bytes = text.utf8.span
        var start = 0
        for index in 0..<bytes.count where ByteSearch.isStringStop(bytes[index]) || bytes[index] == 0x7F {
            append(bytes, start..<index, to: &output)
            escape(bytes[index], to: &output)
            start = index + 1
        }
        append(bytes, start..<bytes.count, to: &output)
        output.append(quote)
    }

    /// Appends bytes that stand for themselves, all at once.
    private static func append(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, to output: inout [UInt8]) {
        guard !range.isEmpty else { return }
        unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe output.append(contentsOf: $0) }
    }

    private static func escape(_ byte: UInt8, to output: inout [UInt8]) {
        switch byte {
        case quote, backslash:
            output.append(backslash)
            output.append(byte)
        case 0x0A: output.append(contentsOf: #"\n"#.utf8)
        case 0x0D: output.append(contentsOf: #"\r"#.utf8)
        case 0x09: output.append(contentsOf: #"\t"#.utf8)
        default:
            output.append(contentsOf: #"\u00"#.utf8)
            output.append(hexDigit(byte >> 4))
            output.append(hexDigit(byte & 0x0F))
        }
    }

    /// Appends a text as a JSON string, or `null` for none.
    package static func append(orNull text: String?, to output: inout [UInt8]) {
        if let text { append(text, to: &output) } else { output.append(contentsOf: "null".utf8) }
    }

    /// A text as a JSON string, quotation marks included.
    package static func bytes(_ text: String) -> [UInt8] {
        var output: [UInt8] = []
        append(text, to: &output)
        return output
    }

    /// Bytes between quotation marks in all values of checked JSON text, escapes as they are written; names do not count.
    package static func bytesOfValues(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Int {
        var (index, total) = (range.lowerBound, 0)
        let end = min(range.upperBound, bytes.count)
        while index < end {
            guard bytes[index] == quote else {
                index += 1
                continue
            }
            let start = index + 1
            index = start
            while true {
                index = ByteSearch.stringStop(bytes, from: index, to: end)
                guard index < end, bytes[index] != quote else { break }
                index += 2
            }
            let count = min(index, end) - start
            index += 1
            JSONGrammar.skipBlanks(bytes, &index, end)
            if index >= end || bytes[index] != JSONGrammar.colon { total += count }
        }
        return total
    }

    /// The text between the quotation marks of a string; nil for a bad escape, a lone surrogate, or bytes not UTF-8.
    package static func decode(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> String? {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
        guard hasEscapes(bytes, range) else {
            return unsafe bytes.extracting(range).withUnsafeBufferPointer {
                unsafe String(validating: $0, as: UTF8.self)
            }
        }
        return unescape(bytes, range).flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// The same, but bytes that are not UTF-8 become U+FFFD: for texts that somebody is to read.
    package static func decodeRepairing(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> String? {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
        guard hasEscapes(bytes, range) else {
            return unsafe bytes.extracting(range).withUnsafeBufferPointer {
                unsafe String(decoding: $0, as: UTF8.self)
            }
        }
        return unescape(bytes, range).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The bytes of a range as they stand there, escapes and all.
    static func raw(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> String? {
        guard range.lowerBound >= 0, range.upperBound <= bytes.count else { return nil }
        return unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Whether there is anything in a range that does not stand for itself.
    private static func hasEscapes(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> Bool {
        ByteSearch.stringStop(bytes, from: range.lowerBound, to: range.upperBound) < range.upperBound
    }

    private static func unescape(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> [UInt8]? {
        var output: [UInt8] = []
        output.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = bytes[index]
            index += 1
            guard byte == backslash else {
                output.append(byte)
                continue
            }
            guard index < range.upperBound else { return nil }
            let escape = bytes[index]
            index += 1
            if escape == 0x75 {
                guard let scalar = scalar(bytes, at: &index, before: range.upperBound) else { return nil }
                output.append(contentsOf: String(scalar).utf8)
            } else {
                guard let plain = unescaped(escape) else { return nil }
                output.append(plain)
            }
        }
        return output
    }

    static let quote: UInt8 = 0x22
    static let backslash: UInt8 = 0x5C

    /// What a one-letter escape stands for.
    static func unescaped(_ letter: UInt8) -> UInt8? {
        switch UnicodeScalar(letter) {
        case "\"", "\\", "/": letter
        case "b": 0x08
        case "f": 0x0C
        case "n": 0x0A
        case "r": 0x0D
        case "t": 0x09
        default: nil
        }
    }

    /// The value of a hexadecimal digit.
    static func hexValue(_ byte: UInt8) -> UInt16? {
        switch UnicodeScalar(byte) {
        case "0"..."9": UInt16(byte - 0x30)
        case "a"..."f": UInt16(byte - 0x61 + 10)
        case "A"..."F": UInt16(byte - 0x41 + 10)
        default: nil
        }
    }

    /// Four hexadecimal digits.
    static func codeUnit(_ bytes: borrowing Span<UInt8>, at index: Int, before end: Int) -> UInt16? {
        guard end - index >= 4 else { return nil }
        var value: UInt16 = 0
        for offset in 0..<4 {
            guard let digit = hexValue(bytes[index + offset]) else { return nil }
            value = value << 4 | digit
        }
        return value
    }

    /// The scalar of `XXXX` or `XXXX\uXXXX` at an index, which moves behind it; nil for a lone surrogate.
    static func scalar(_ bytes: borrowing Span<UInt8>, at index: inout Int, before end: Int) -> UnicodeScalar? {
        guard let first = codeUnit(bytes, at: index, before: end) else { return nil }
        index += 4
        guard UTF16.isLeadSurrogate(first) else { return UnicodeScalar(first) }
        guard end - index >= 6, bytes[index] == backslash, bytes[index + 1] == 0x75,
            let second = codeUnit(bytes, at: index + 2, before: end), UTF16.isTrailSurrogate(second)
        else { return nil }
        index += 6
        return UnicodeScalar(0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00))
    }

    private static func hexDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x61 + value - 10
    }
}
