// What Prometheus lets stand in names, labels and help (text format 0.0.4; data model, "Metric names and labels").

/// Puts texts into the form that a scraper reads.
package enum MetricText {
    /// Longest label value; beyond it a value is cut at a character.
    private static let valueLimit = 128

    /// A metric's or label's name: `[a-zA-Z_][a-zA-Z0-9_]*`, everything else becomes an underscore.
    ///
    /// The colon, which metric names may have, is for rules that people write.
    package static func name(_ text: String) -> String {
        var bytes = text.utf8.map { Self.isNameByte($0) ? $0 : UInt8(ascii: "_") }
        if bytes.first.map({ (0x30...0x39).contains($0) }) ?? true { bytes.insert(UInt8(ascii: "_"), at: 0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_")
    }

    /// `a="b",c="d"`, with values escaped and cut; empty without labels.
    package static func labels(_ dimensions: [(String, String)]) -> String {
        dimensions.map { "\(self.name($0.0))=\"\(self.value($0.1))\"" }.joined(separator: ",")
    }

    /// Backslash, quote and line feed are escaped; a value has one line and no control byte (`robustness.md` G12).
    static func value(_ text: String) -> String {
        var result = ""
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            guard count <= Self.valueLimit else { break }
            switch scalar {
            case "\\": result += "\\\\"
            case "\"": result += "\\\""
            case "\n": result += "\\n"
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): result += "?"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// In help only the backslash and the line feed are escaped.
    static func help(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
