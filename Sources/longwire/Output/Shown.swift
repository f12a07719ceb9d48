// Values as people and programs are shown them, the same in every command.

import Foundation
import SessionCore
import Telemetry

/// Renders values.
enum Shown {
    static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// What came as JSON, in the same form.
    static func json(any value: Any) throws -> String {
        let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try JSONSerialization.data(withJSONObject: value, options: options), as: UTF8.self)
    }

    /// A text that somebody else chose: it must neither break the line nor command the terminal (`robustness.md` G12).
    static func oneLine(_ text: String) -> String {
        let scalars = text.unicodeScalars.map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator: "?"
            default: scalar
            }
        }
        return String(String.UnicodeScalarView(scalars))
    }

    /// `2026-11-21`.
    static func day(_ date: Date) -> String {
        date.formatted(.iso8601.year().month().day())
    }

    /// Millionths of a dollar as dollars: `0.0125`.
    static func usd(_ microUSD: Int64) -> String {
        DecimalText.text(microUSD, decimals: 6)
    }

    /// A limit, or a dash where there is none.
    static func limit(_ value: Int?) -> String { value.map { "\($0)" } ?? "-" }
    static func limit(usd microUSD: Int64?) -> String { microUSD.map(self.usd) ?? "-" }
    static func list(_ names: [String]) -> String { names.isEmpty ? "all" : names.joined(separator: ",") }

    /// Dollars as a JSON number that says exactly what is kept.
    static func number(usd microUSD: Int64) -> Decimal {
        Decimal(microUSD) / 1_000_000
    }
}
