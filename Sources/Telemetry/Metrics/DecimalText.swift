// Integers with a point somewhere in them, written without passing through binary fractions: 1234567 millionths are
// `1.234567`, never `1.2345670000000001`.

/// Writes scaled integers.
package enum DecimalText {
    /// An `Int64` has no more than nineteen digits.
    package static let digitLimit = 18

    /// The value with `decimals` digits behind the point, without zeros at the end.
    package static func text(_ value: Int64, decimals: Int) -> String {
        guard decimals > 0 else { return "\(value)" }
        let decimals = min(decimals, Self.digitLimit)
        let digits = "\(value.magnitude)"
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        let whole = padded.dropLast(decimals)
        var fraction = padded.suffix(decimals)
        while fraction.last == "0" { fraction.removeLast() }
        let sign = value < 0 ? "-" : ""
        return fraction.isEmpty ? "\(sign)\(whole)" : "\(sign)\(whole).\(fraction)"
    }

    /// How many of the cells' integers one unit is.
    static func scale(decimals: Int) -> Int64 {
        (0..<min(max(decimals, 0), Self.digitLimit)).reduce(Int64(1)) { scale, _ in scale * 10 }
    }
}
