// JSON text to JSONValue (RFC 8259), strict, with a bounded depth.
//
// Invariants: never traps on any input; recursion ends at `JSONParser.maximumDepth`; numbers beyond `Int` keep
// their text, numbers beyond `Double` are refused; a lone surrogate escape becomes U+FFFD.

/// Why a text is not JSON.
package struct JSONSyntaxError: Error, Equatable {
    /// Where the first offending byte is.
    package let offset: Int
}

/// A recursive-descent parser over UTF-8 bytes.
package struct JSONParser {
    /// The deepest nesting, the outermost value being 0: the same as `JSONLimits.depth`.
    package static let maximumDepth = 64

    private let bytes: [UInt8]
    private var position = 0

    private init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Parses one whole text; anything behind the value but white space is an error.
    package static func parse(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        var parser = JSONParser(bytes)
        let value = try parser.value(depth: 0)
        parser.skipSpace()
        guard parser.position == bytes.count else { throw parser.error() }
        return value
    }

    private var current: UInt8? {
        self.position < self.bytes.count ? self.bytes[self.position] : nil
    }

    private func error() -> JSONSyntaxError {
        JSONSyntaxError(offset: self.position)
    }

    private mutating func skipSpace() {
        while let byte = self.current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            self.position += 1
        }
    }

    private mutating func expect(_ byte: UInt8) throws(JSONSyntaxError) {
        guard self.current == byte else { throw self.error() }
        self.position += 1
    }

    private mutating func word(_ text: StaticString, _ value: JSONValue) throws(JSONSyntaxError) -> JSONValue {
        for byte in text.description.utf8 {
            try self.expect(byte)
        }
        return value
    }

    private mutating func value(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        self.skipSpace()
        guard depth < JSONParser.maximumDepth, let byte = self.current else { throw self.error() }
        switch byte {
        case UInt8(ascii: "{"): return try self.object(depth: depth)
        case UInt8(ascii: "["): return try self.array(depth: depth)
        case UInt8(ascii: "\""): return .string(try self.string())
        case UInt8(ascii: "t"): return try self.word("true", .bool(true))
        case UInt8(ascii: "f"): return try self.word("false", .bool(false))
        case UInt8(ascii: "n"): return try self.word("null", .null)
        default: return try self.number()
        }
    }

    private mutating func object(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        try self.expect(UInt8(ascii: "{"))
        var members: [JSONField] = []
        self.skipSpace()
        if self.current == UInt8(ascii: "}") {
            self.position += 1
            return .object(members)
        }
        while true {
            self.skipSpace()
            let key = try self.string()
            self.skipSpace()
            try self.expect(UInt8(ascii: ":"))
            members.append(JSONField(key, try self.value(depth: depth + 1)))
            self.skipSpace()
            if self.current == UInt8(ascii: ",") {
                self.position += 1
                continue
            }
            try self.expect(UInt8(ascii: "}"))
            return .object(members)
        }
    }

    private mutating func array(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        try self.expect(UInt8(ascii: "["))
        var elements: [JSONValue] = []
        self.skipSpace()
        if self.current == UInt8(ascii: "]") {
            self.position += 1
            return .array(elements)
        }
        while true {
            elements.append(try self.value(depth: depth + 1))
            self.skipSpace()
            if self.current == UInt8(ascii: ",") {
                self.position += 1
                continue
            }
            try self.expect(UInt8(ascii: "]"))
            return .array(elements)
        }
    }

    private mutating func string() throws(JSONSyntaxError) -> String {
        try self.expect(UInt8(ascii: "\""))
        var runStart = self.position
        var decoded: [UInt8] = []
        while let byte = self.current {
            switch byte {
            case UInt8(ascii: "\""):
                decoded.append(contentsOf: self.bytes[runStart..<self.position])
                guard let text = String(validating: decoded, as: UTF8.self) else { throw self.error() }
                self.position += 1
                return text
            case UInt8(ascii: "\\"):
                decoded.append(contentsOf: self.bytes[runStart..<self.position])
                self.position += 1
                decoded.append(contentsOf: String(try self.escape()).utf8)
                runStart = self.position
            case 0..<0x20:
                throw self.error()
            default:
                self.position += 1
            }
        }
        throw self.error()
    }

    private mutating func escape() throws(JSONSyntaxError) -> Unicode.Scalar {
        guard let byte = self.current else { throw self.error() }
        self.position += 1
        switch byte {
        case UInt8(ascii: "\""): return "\""
        case UInt8(ascii: "\\"): return "\\"
        case UInt8(ascii: "/"): return "/"
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return try self.unicodeEscape()
        default:
            self.position -= 1
            throw self.error()
        }
    }

    /// RFC 8259 §7: a character outside the basic plane is two escapes, a surrogate pair.
    private mutating func unicodeEscape() throws(JSONSyntaxError) -> Unicode.Scalar {
        let first = try self.fourHexDigits()
        if let scalar = Unicode.Scalar(first) { return scalar }
        let afterFirst = self.position
        guard first < 0xDC00, self.current == UInt8(ascii: "\\") else { return "\u{FFFD}" }
        self.position += 1
        guard self.current == UInt8(ascii: "u") else {
            self.position = afterFirst
            return "\u{FFFD}"
        }
        self.position += 1
        let second = try self.fourHexDigits()
        guard (0xDC00..<0xE000).contains(second) else {
            self.position = afterFirst
            return "\u{FFFD}"
        }
        return Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00)) ?? "\u{FFFD}"
    }

    private mutating func fourHexDigits() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = self.current, let digit = Character(Unicode.Scalar(byte)).hexDigitValue, byte < 0x80
            else { throw self.error() }
            value = value << 4 | UInt32(digit)
            self.position += 1
        }
        return value
    }

    private mutating func digits() throws(JSONSyntaxError) {
        let start = self.position
        while let byte = self.current, (0x30...0x39).contains(byte) {
            self.position += 1
        }
        guard self.position > start else { throw self.error() }
    }

    private mutating func number() throws(JSONSyntaxError) -> JSONValue {
        let start = self.position
        var isWhole = true
        if self.current == UInt8(ascii: "-") { self.position += 1 }
        if self.current == UInt8(ascii: "0") {
            self.position += 1
        } else {
            try self.digits()
        }
        if self.current == UInt8(ascii: ".") {
            isWhole = false
            self.position += 1
            try self.digits()
        }
        if self.current == UInt8(ascii: "e") || self.current == UInt8(ascii: "E") {
            isWhole = false
            self.position += 1
            if self.current == UInt8(ascii: "+") || self.current == UInt8(ascii: "-") { self.position += 1 }
            try self.digits()
        }
        let text = String(decoding: self.bytes[start..<self.position], as: UTF8.self)
        if isWhole, let value = Int(text) { return .integer(value) }
        guard let value = Double(text), value.isFinite else { throw self.error() }
        return .decimal(JSONDecimal(text: text, double: value))
    }
}
