// How durations, sizes and dollars are written: a whole number and a unit, `500ms`, `16KiB`.
//
// Used for the configuration and for options of commands; a text that overflows or is cut short is no quantity.

/// Reads quantities with units.
package enum QuantityText {
    /// Longest time that can be written: ten years.
    private static let maximumSeconds: Int64 = 10 * 365 * 86_400

    /// Largest size that can be written: one tebibyte.
    private static let maximumBytes = 1 << 40

    /// Parses `500ms`, `5s`, `2m`, `1h`, `30d`, or `0`.
    package static func duration(_ text: String) -> Duration? {
        guard let (number, unit) = split(text) else { return nil }
        let seconds: Int64
        switch unit {
        case "ms":
            guard number <= maximumSeconds * 1_000 else { return nil }
            return .milliseconds(number)
        case "s": seconds = 1
        case "m": seconds = 60
        case "h": seconds = 3_600
        case "d": seconds = 86_400
        case "": return number == 0 ? .zero : nil
        default: return nil
        }
        let (product, overflow) = number.multipliedReportingOverflow(by: seconds)
        guard !overflow, product <= maximumSeconds else { return nil }
        return .seconds(product)
    }

    /// Parses `16KiB`, `32MiB`, `1GiB`, or a number of bytes.
    package static func bytes(_ text: String) -> Int? {
        guard let (number, unit) = split(text), let count = Int(exactly: number) else { return nil }
        let factor: Int
        switch unit {
        case "", "B": factor = 1
        case "KiB": factor = 1 << 10
        case "MiB": factor = 1 << 20
        case "GiB": factor = 1 << 30
        default: return nil
        }
        let (product, overflow) = count.multipliedReportingOverflow(by: factor)
        guard !overflow, product <= maximumBytes else { return nil }
        return product
    }

    /// Parses dollars such as `5` or `12.50` into millionths of a dollar.
    package static func microUSD(_ text: String) -> Int64? {
        let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = parts.first else { return nil }
        let fraction = parts.count == 2 ? parts[1] : "0"
        guard (1...9).contains(whole.utf8.count), (1...6).contains(fraction.utf8.count) else { return nil }
        let padded = whole + fraction + String(repeating: "0", count: 6 - fraction.utf8.count)
        guard padded.utf8.allSatisfy(isDigit) else { return nil }
        return Int64(padded)
    }

    private static func split(_ text: String) -> (Int64, Substring)? {
        let digits = text.prefix { $0.isASCII && $0.isWholeNumber }
        guard (1...15).contains(digits.utf8.count), digits.utf8.allSatisfy(isDigit), let number = Int64(digits) else {
            return nil
        }
        return (number, text[digits.endIndex...])
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
