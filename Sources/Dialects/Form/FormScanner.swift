// The parts of a `multipart/form-data` body as ranges into it (RFC 7578, RFC 2046 §5.1.1). Nothing is copied: the file in it
// is passed over line end by line end.
//
// Stricter than the RFC, for there must be one reading only: the body starts with the first delimiter, lines end in CR LF,
// and a line that starts like a delimiter and is none is refused. Behind the last delimiter anything may come.

/// One part of a form.
struct FormPart: Equatable {
    /// The field's name.
    var name: String
    var isFile: Bool
    /// Where the content is.
    var content: Range<Int>
    /// Whether the content stands for itself: no transfer encoding, which RFC 7578 §4.7 takes back.
    var isPlain: Bool
}

/// Finds the parts of a form.
enum FormScanner {
    /// The boundary that a content type names; nil if it is no form's or the boundary is none.
    static func boundary(_ contentType: String) -> [UInt8]? {
        guard let parameters = FormParameters(contentType), parameters.word == "multipart/form-data",
            let text = parameters["boundary"]
        else { return nil }
        let boundary = Array(text.utf8)
        guard (1...70).contains(boundary.count), boundary.last != 0x20, boundary.allSatisfy(isBoundaryByte) else {
            return nil
        }
        return boundary
    }

    static func parts(
        _ bytes: borrowing Span<UInt8>,
        boundary: [UInt8],
        limits: FormLimits
    ) throws(FormViolation) -> [FormPart] {
        let delimiter = [0x2D, 0x2D] + boundary
        var index = 0
        guard starts(bytes, at: index, with: delimiter) else { throw .malformed(at: 0) }
        index += delimiter.count
        var parts: [FormPart] = []
        while try !isClose(bytes, &index) {
            guard parts.count < limits.parts else { throw .tooManyParts }
            let head = try head(bytes, &index, limits)
            let start = index
            // An empty content has its delimiter at once, behind the blank line's CR LF.
            let end = try end(bytes, from: start - 2, delimiter)
            index = end + 2 + delimiter.count
            parts.append(
                FormPart(name: head.name, isFile: head.isFile, content: start..<max(start, end), isPlain: head.isPlain)
            )
        }
        return parts
    }

    /// Behind a delimiter: whether it is the last one; otherwise its line is passed over.
    private static func isClose(_ bytes: borrowing Span<UInt8>, _ index: inout Int) throws(FormViolation) -> Bool {
        if starts(bytes, at: index, with: [0x2D, 0x2D]) { return true }
        // RFC 2046 §5.1.1: transport may have padded the line.
        while index < bytes.count, bytes[index] == 0x20 || bytes[index] == 0x09 { index += 1 }
        guard starts(bytes, at: index, with: lineEnd) else { throw .malformed(at: index) }
        index += 2
        return false
    }

    /// The CR LF of the next delimiter.
    private static func end(
        _ bytes: borrowing Span<UInt8>,
        from start: Int,
        _ delimiter: [UInt8]
    ) throws(FormViolation) -> Int {
        var index = start
        while true {
            index = ByteSearch.lineStop(bytes, from: index, to: bytes.count)
            guard index < bytes.count else { throw .malformed(at: bytes.count) }
            if starts(bytes, at: index, with: lineEnd), starts(bytes, at: index + 2, with: delimiter) { return index }
            index += 1
        }
    }

    /// The header fields of a part; `index` moves behind the blank line.
    private static func head(
        _ bytes: borrowing Span<UInt8>,
        _ index: inout Int,
        _ limits: FormLimits
    ) throws(FormViolation) -> (name: String, isFile: Bool, isPlain: Bool) {
        let start = index
        let end = min(bytes.count, start + limits.headBytes)
        var (name, isFile, isPlain) = (String?.none, false, true)
        while true {
            let lineStart = index
            let stop = ByteSearch.lineStop(bytes, from: index, to: end)
            guard stop < end, starts(bytes, at: stop, with: lineEnd) else { throw .malformed(at: stop) }
            index = stop + 2
            if stop == lineStart { break }
            guard let line = JSONString.raw(bytes, lineStart..<stop), let colon = line.utf8.firstIndex(of: 0x3A) else {
                throw .malformed(at: lineStart)
            }
            let value = String(line[line.utf8.index(after: colon)...])
            switch line[..<colon].lowercased() {
            case "content-disposition":
                guard name == nil, let parameters = FormParameters(value), parameters.word == "form-data",
                    let field = parameters["name"], parameters["name*"] == nil
                else { throw .malformed(at: lineStart) }
                name = field
                isFile = parameters["filename"] != nil || parameters["filename*"] != nil
            case "content-transfer-encoding":
                isPlain = false
            case let other where other.utf8.isEmpty || other.utf8.contains { $0 <= 0x20 || $0 >= 0x7F }:
                throw .malformed(at: lineStart)
            default:
                break
            }
        }
        guard let name else { throw .malformed(at: start) }
        return (name, isFile, isPlain)
    }

    private static let lineEnd: [UInt8] = [0x0D, 0x0A]

    private static func starts(_ bytes: borrowing Span<UInt8>, at index: Int, with text: [UInt8]) -> Bool {
        guard index >= 0, bytes.count - index >= text.count else { return false }
        for offset in 0..<text.count where bytes[index + offset] != text[offset] { return false }
        return true
    }

    /// RFC 2046 §5.1.1: `bchars`.
    private static func isBoundaryByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "'()+_,-./:=? ".utf8.contains(byte)
        }
    }
}
