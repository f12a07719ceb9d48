// Fields one after the other, as the journal keeps them. Reading trusts nothing: whatever does not fit is nil.

/// Writes fields.
struct FieldWriter {
    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(320)
    }

    mutating func byte(_ value: UInt8) {
        bytes.append(value)
    }

    mutating func text(_ text: String) {
        number(Int64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Zigzag (0, -1, 1, -2 → 0, 1, 2, 3), then seven bits a byte, lowest first.
    mutating func number(_ value: Int64) {
        var rest = UInt64(bitPattern: value << 1 ^ value >> 63)
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func optional(_ value: Int?) {
        byte(value == nil ? 0 : 1)
        if let value { number(Int64(value)) }
    }
}

/// Reads fields.
struct FieldReader {
    /// A value that may be absent, when it could be read.
    struct Optional {
        let value: Int?
    }

    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { index == bytes.count }

    mutating func byte() -> UInt8? {
        guard index < bytes.count else { return nil }
        defer { index += 1 }
        return bytes[index]
    }

    mutating func text() -> String? {
        guard let count = count(), count >= 0, count <= bytes.count - index else { return nil }
        defer { index += count }
        return String(validating: bytes[index..<index + count], as: UTF8.self)
    }

    mutating func number() -> Int64? {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = byte() else { return nil }
            let bits = UInt64(byte & 0x7F)
            guard shift < 63 || bits <= 1 else { return nil }
            result |= bits << shift
            if byte & 0x80 == 0 { return Int64(bitPattern: result >> 1) ^ -Int64(bitPattern: result & 1) }
        }
        return nil
    }

    mutating func count() -> Int? { number().flatMap { Int(exactly: $0) } }

    mutating func optional() -> Optional? {
        switch byte() {
        case 0: Optional(value: nil)
        case 1: count().map { Optional(value: $0) }
        default: nil
        }
    }

    mutating func texts(_ count: Int) -> [String]? { several(count) { $0.text() } }

    mutating func counts(_ count: Int) -> [Int]? { several(count) { $0.count() } }

    private mutating func several<Value>(_ count: Int, _ read: (inout Self) -> Value?) -> [Value]? {
        var values: [Value] = []
        for _ in 0..<count {
            guard let value = read(&self) else { return nil }
            values.append(value)
        }
        return values
    }
}
