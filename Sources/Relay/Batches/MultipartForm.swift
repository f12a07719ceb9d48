// multipart/form-data (RFC 7578, RFC 2046 §5.1), as clients upload files: parts as ranges of the body they came in.

/// Why a body is no form.
enum MultipartViolation: Error, Equatable {
    case noBoundary
    case noParts
    case unterminated
    case badPart
    case tooManyParts
}

/// The parts of a form.
struct MultipartForm: Equatable {
    enum Limits {
        static let parts = 16
        static let headBytes = 4_096
        /// RFC 2046 §5.1.1.
        static let boundaryBytes = 70
    }

    /// One field or file.
    struct Part: Equatable {
        var name: String
        var filename: String?
        var content: Range<Int>
    }

    let parts: [Part]

    subscript(name: String) -> Part? { self.parts.first { $0.name == name } }

    /// The text of a field; nil when there is none, or it is none.
    func text(_ name: String, in body: [UInt8]) -> String? {
        self[name].flatMap { String(validating: body[$0.content], as: UTF8.self) }
    }

    init(_ body: [UInt8], contentType: String?) throws(MultipartViolation) {
        guard let boundary = Self.boundary(in: contentType ?? "") else { throw .noBoundary }
        let delimiter = Array("--\(boundary)".utf8)
        // What stands before the first delimiter says nothing (RFC 2046 §5.1.1).
        guard var next = Self.find(delimiter, in: body, from: 0, atStart: true) else { throw .noParts }
        var parts: [Part] = []
        while true {
            var index = next + delimiter.count
            if Self.matches("--", body, index) { break }
            while index < body.count, body[index] == 0x20 || body[index] == 0x09 { index += 1 }
            guard Self.matches("\r\n", body, index) else { throw .badPart }
            guard parts.count < Limits.parts else { throw .tooManyParts }
            guard let end = Self.find(delimiter, in: body, from: index, atStart: false) else { throw .unterminated }
            // The line end before a delimiter belongs to it.
            parts.append(try Self.part(body, index + 2..<max(index + 2, end - 2)))
            next = end
        }
        guard !parts.isEmpty else { throw .noParts }
        self.parts = parts
    }

    /// The `boundary` parameter of a media type.
    static func boundary(in contentType: String) -> String? {
        let pieces = contentType.split(separator: ";", maxSplits: 8)
        guard pieces.first?.trimmed.lowercased() == "multipart/form-data" else { return nil }
        for piece in pieces.dropFirst() {
            let (name, value) = self.parameter(piece)
            guard name == "boundary" else { continue }
            let isFit = (1...Limits.boundaryBytes).contains(value.utf8.count)
            return isFit && value.utf8.allSatisfy { (0x20...0x7E).contains($0) } ? value : nil
        }
        return nil
    }

    private static func part(_ body: [UInt8], _ range: Range<Int>) throws(MultipartViolation) -> Part {
        var (index, name, filename) = (range.lowerBound, String?.none, String?.none)
        while !self.matches("\r\n", body, index) {
            guard index - range.lowerBound <= Limits.headBytes, let end = self.line(body, index, range.upperBound)
            else {
                throw .badPart
            }
            let line = String(decoding: body[index..<end], as: UTF8.self)
            let pieces = line.split(separator: ";", maxSplits: 8)
            let isDisposition = pieces.first?.trimmed.lowercased().hasPrefix("content-disposition:") ?? false
            for piece in isDisposition ? pieces.dropFirst() : [] {
                switch self.parameter(piece) {
                case ("name", let value): name = value
                case ("filename", let value): filename = value
                default: break
                }
            }
            index = end + 2
        }
        guard let name, index + 2 <= range.upperBound else { throw .badPart }
        return Part(name: name, filename: filename, content: index + 2..<range.upperBound)
    }

    private static func parameter(_ text: Substring) -> (name: String, value: String) {
        let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else { return ("", "") }
        var value = halves[1].trimmed
        if value.hasPrefix("\""), value.hasSuffix("\""), value.count >= 2 {
            value = String(value.dropFirst().dropLast()).replacing("\\\"", with: "\"")
        }
        return (halves[0].trimmed.lowercased(), value)
    }

    private static func line(_ body: [UInt8], _ start: Int, _ end: Int) -> Int? {
        var index = start
        while index + 1 < end, index - start <= Limits.headBytes {
            if body[index] == 0x0D, body[index + 1] == 0x0A { return index }
            index += 1
        }
        return nil
    }

    private static func matches(_ text: StaticString, _ body: [UInt8], _ index: Int) -> Bool {
        let bytes = Array(text.description.utf8)
        return index + bytes.count <= body.count && body[index..<index + bytes.count].elementsEqual(bytes)
    }

    /// Where a delimiter begins a line: at the very start only if that counts.
    private static func find(_ delimiter: [UInt8], in body: [UInt8], from start: Int, atStart: Bool) -> Int? {
        if atStart, body.starts(with: delimiter) { return 0 }
        let last = body.count - delimiter.count
        var index = start
        while index + 2 <= last {
            if body[index] == 0x0D, body[index + 1] == 0x0A, body[index + 2] == 0x2D,
                body[index + 2..<index + 2 + delimiter.count].elementsEqual(delimiter)
            {
                return index + 2
            }
            index += 1
        }
        return nil
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(self.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}
