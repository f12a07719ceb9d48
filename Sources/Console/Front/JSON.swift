// JSON as a value, for the control plane only: bodies of at most 64 KiB come in, answers go out. Members keep the order in
// which they were written down, and money is an exact decimal that never passes through a floating-point number.

import Dialects
import Foundation

/// A JSON value (RFC 8259).
enum JSON: Sendable, Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case number(Double)
    /// Millionths of a dollar, written as dollars.
    case usd(Int64)
    /// A number that is a decimal already.
    case decimal(String)
    case string(String)
    case array([JSON])
    case object([JSONEntry])
}

/// One member of an object.
struct JSONEntry: Sendable, Equatable {
    let name: String
    let value: JSON

    init(_ name: String, _ value: JSON) {
        self.name = name
        self.value = value
    }
}

// MARK: - Reading

extension JSON: Decodable {
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { return nil }
    }

    /// Reads a document; nil when it is not JSON in UTF-8 to the letter, too deep, or names a member of its object twice.
    init?(_ bytes: [UInt8]) {
        // Foundation is lenient: it takes a comma behind the last element, and the last of two members of one name.
        let wrapped = Array(#"{"":"#.utf8) + bytes + [UInt8(ascii: "}")]
        guard let only = try? TopLevelScanner.members(of: wrapped.span), only.count == 1,
            only[0].kind != .object || (try? TopLevelScanner.members(of: bytes.span)) != nil
        else { return nil }
        guard let value = try? JSONDecoder().decode(JSON.self, from: Data(bytes)) else { return nil }
        self = value
    }

    init(from decoder: any Decoder) throws {
        if let container = try? decoder.container(keyedBy: Name.self) {
            self = .object(
                try container.allKeys.sorted { $0.stringValue < $1.stringValue }.map { name in
                    JSONEntry(name.stringValue, try container.decode(JSON.self, forKey: name))
                }
            )
            return
        }
        if var list = try? decoder.unkeyedContainer() {
            var values: [JSON] = []
            while !list.isAtEnd { values.append(try list.decode(JSON.self)) }
            self = .array(values)
            return
        }
        let single = try decoder.singleValueContainer()
        if single.decodeNil() {
            self = .null
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? single.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? single.decode(Double.self) {
            self = .number(value)
        } else {
            self = .string(try single.decode(String.self))
        }
    }

    /// The value of a member; nil when this is no object or has no such member.
    subscript(name: String) -> JSON? {
        guard case .object(let entries) = self else { return nil }
        return entries.first { $0.name == name }?.value
    }

    var text: String? {
        guard case .string(let text) = self else { return nil }
        return text
    }

    var whole: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): Int64(exactly: value)
        default: nil
        }
    }

    var isNull: Bool { self == .null }

    /// The texts of a list.
    var texts: [String]? {
        guard case .array(let values) = self else { return nil }
        return values.compactMap(\.text)
    }

    /// Dollars as millionths, rounded; nil when this is no number or far too large.
    var microUSD: Int64? {
        switch self {
        case .integer(let dollars):
            let (value, overflow) = dollars.multipliedReportingOverflow(by: 1_000_000)
            return overflow ? nil : value
        case .number(let dollars): return Int64(exactly: (dollars * 1_000_000).rounded())
        default: return nil
        }
    }
}

// MARK: - Writing

extension JSON {
    /// The value as UTF-8.
    var bytes: [UInt8] {
        var output: [UInt8] = []
        self.append(to: &output)
        return output
    }

    func append(to output: inout [UInt8]) {
        switch self {
        case .null: output.append(contentsOf: "null".utf8)
        case .bool(let value): output.append(contentsOf: (value ? "true" : "false").utf8)
        case .integer(let value): output.append(contentsOf: String(value).utf8)
        case .number(let value): output.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
        case .usd(let value): output.append(contentsOf: Money.dollars(value).utf8)
        case .decimal(let text): output.append(contentsOf: text.utf8)
        case .string(let text): JSONString.append(text, to: &output)
        case .array(let values):
            output.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                value.append(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let entries):
            output.append(UInt8(ascii: "{"))
            for (index, entry) in entries.enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                JSONString.append(entry.name, to: &output)
                output.append(UInt8(ascii: ":"))
                entry.value.append(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// The value, or null for none.
    static func orNull(_ value: (some BinaryInteger)?) -> JSON {
        value.map { .integer(Int64(clamping: $0)) } ?? .null
    }

    static func orNull(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }

    static func orNull(_ date: Date?) -> JSON { date.map { .string(Moment.text($0)) } ?? .null }

    static func usd(orNull value: Int64?) -> JSON { value.map(JSON.usd) ?? .null }

    static func count(_ value: Int) -> JSON { .integer(Int64(value)) }

    static func strings(_ values: [String]) -> JSON { .array(values.map(JSON.string)) }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    init(stringLiteral value: String) { self = .string(value) }
    init(integerLiteral value: Int64) { self = .integer(value) }
    init(booleanLiteral value: Bool) { self = .bool(value) }
    init(arrayLiteral elements: JSON...) { self = .array(elements) }
    init(nilLiteral: ()) { self = .null }
    init(dictionaryLiteral elements: (String, JSON)...) {
        self = .object(elements.map { JSONEntry($0.0, $0.1) })
    }
}
