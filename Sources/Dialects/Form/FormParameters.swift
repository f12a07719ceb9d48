// The parameters behind the first word of `Content-Type` and `Content-Disposition`: `form-data; name="file"; filename="a.wav"`
// (RFC 9110 §5.6.6; within quotation marks a backslash takes the next character as it is).

/// A header value: a word and its parameters.
struct FormParameters: Equatable {
    /// Lower case.
    var word: String
    /// Names in lower case, in their order.
    var all: [(name: String, value: String)] = []

    static func == (one: Self, other: Self) -> Bool {
        one.word == other.word && one.all.elementsEqual(other.all) { $0 == $1 }
    }

    /// Reads a value; nil if it is malformed or says a parameter twice.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        var index = 0
        word = Self.trimmed(Self.take(bytes, &index) { $0 != 0x3B }).lowercased()
        guard !word.isEmpty else { return nil }
        while index < bytes.count {
            index += 1
            _ = Self.take(bytes, &index, Self.isBlank)
            // A semicolon at the end is common enough.
            if index == bytes.count { return }
            let name = Self.trimmed(Self.take(bytes, &index) { $0 != 0x3D && $0 != 0x3B }).lowercased()
            guard !name.isEmpty, index < bytes.count, bytes[index] == 0x3D else { return nil }
            index += 1
            _ = Self.take(bytes, &index, Self.isBlank)
            let value: String
            if index < bytes.count, bytes[index] == 0x22 {
                guard let quoted = Self.quoted(bytes, &index) else { return nil }
                value = quoted
            } else {
                value = Self.trimmed(Self.take(bytes, &index) { $0 != 0x3B })
                guard !value.isEmpty else { return nil }
            }
            guard !all.contains(where: { $0.name == name }) else { return nil }
            all.append((name, value))
        }
    }

    subscript(name: String) -> String? { all.first { $0.name == name }?.value }

    /// From the opening quotation mark to the semicolon behind the closing one, or the end.
    private static func quoted(_ bytes: [UInt8], _ index: inout Int) -> String? {
        var value: [UInt8] = []
        index += 1
        while true {
            guard index < bytes.count else { return nil }
            if bytes[index] == 0x22 { break }
            // Browsers escape nothing but quotation marks, so a backslash before anything else is one.
            if bytes[index] == 0x5C, index + 1 < bytes.count, bytes[index + 1] == 0x22 || bytes[index + 1] == 0x5C {
                index += 1
            }
            value.append(bytes[index])
            index += 1
        }
        index += 1
        _ = take(bytes, &index, isBlank)
        guard index == bytes.count || bytes[index] == 0x3B else { return nil }
        return String(validating: value, as: UTF8.self)
    }

    private static func take(_ bytes: [UInt8], _ index: inout Int, _ belongs: (UInt8) -> Bool) -> ArraySlice<UInt8> {
        let start = index
        while index < bytes.count, belongs(bytes[index]) { index += 1 }
        return bytes[start..<index]
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
        let head = bytes.drop(while: isBlank)
        let end = head.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? head.startIndex
        return String(decoding: head[..<end], as: UTF8.self)
    }
}
