// Text of peers in log lines: one line stays one line, and nothing of it is a command to a terminal
// (`robustness.md` G12).

/// Writes text between quotes, in JSON's manner (RFC 8259 §7).
enum LogEscape {
    /// Longest value, in Unicode scalars; what is beyond is cut and an ellipsis says so.
    static let valueLimit = 4_096

    private static let hexDigits = Array("0123456789abcdef".utf8)

    /// Appends the text with quotes around it.
    static func quote(_ text: String, into line: inout [UInt8]) {
        line.append(UInt8(ascii: "\""))
        var count = 0
        for scalar in text.unicodeScalars {
            count += 1
            guard count <= Self.valueLimit else {
                line += "…".utf8
                break
            }
            self.append(scalar, into: &line)
        }
        line.append(UInt8(ascii: "\""))
    }

    /// Whether a text may stand in a line without quotes.
    static func isPlain(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= Self.valueLimit
            && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "=") }
    }

    private static func append(_ scalar: Unicode.Scalar, into line: inout [UInt8]) {
        switch scalar {
        case "\"": line += "\\\"".utf8
        case "\\": line += "\\\\".utf8
        case "\n": line += "\\n".utf8
        case "\r": line += "\\r".utf8
        case "\t": line += "\\t".utf8
        case _ where scalar.isASCII && scalar.value >= 0x20 && scalar.value != 0x7F:
            line.append(UInt8(truncatingIfNeeded: scalar.value))
        case _ where self.isInvisible(scalar):
            for unit in String(scalar).utf16 { self.escape(unit, into: &line) }
        default:
            line += String(scalar).utf8
        }
    }

    private static func escape(_ unit: UInt16, into line: inout [UInt8]) {
        line += "\\u".utf8
        for shift in [12, 8, 4, 0] {
            line.append(Self.hexDigits[Int(unit >> UInt16(shift)) & 0xF])
        }
    }

    /// Control characters, and those that reorder, hide or break lines.
    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: true
        default: false
        }
    }
}
