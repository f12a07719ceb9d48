// The body of a form with files: `multipart/form-data` (RFC 7578), as official SDKs send it.

import Foundation

/// One field of a form.
struct FormPart: Equatable {
    let name: String
    let content: [UInt8]

    var text: String { String(decoding: self.content, as: UTF8.self) }
}

/// Takes forms apart.
enum FormParts {
    private static let maximumParts = 64
    private static let blankLine = Array("\r\n\r\n".utf8)

    /// The fields; nil for what is no form.
    static func read(_ body: [UInt8], contentType: String) -> [FormPart]? {
        guard contentType.lowercased().hasPrefix("multipart/form-data"), let boundary = self.boundary(in: contentType)
        else { return nil }
        let mark = Array("\r\n--\(boundary)".utf8)
        // The first mark has no line before it.
        let text = Array("\r\n".utf8) + body
        var parts: [FormPart] = []
        guard var start = self.find(mark, in: text, from: 0) else { return nil }
        while parts.count < self.maximumParts {
            let content = start + mark.count
            guard let end = self.find(mark, in: text, from: content) else { return parts }
            guard let blank = self.find(self.blankLine, in: text, from: content), blank < end else { return nil }
            let head = String(decoding: text[content..<blank], as: UTF8.self)
            if let name = self.value(of: "name", in: head) {
                parts.append(FormPart(name: name, content: Array(text[min(blank + 4, end)..<end])))
            }
            start = end
        }
        return nil
    }

    private static func boundary(in contentType: String) -> String? {
        guard let mark = contentType.range(of: "boundary=") else { return nil }
        let rest = contentType[mark.upperBound...]
        let text =
            rest.hasPrefix("\"") ? rest.dropFirst().prefix { $0 != "\"" } : rest.prefix { $0 != ";" && $0 != " " }
        return text.isEmpty || text.utf8.count > 70 ? nil : String(text)
    }

    private static func value(of name: String, in head: String) -> String? {
        guard let mark = head.range(of: " \(name)=\"") else { return nil }
        return String(head[mark.upperBound...].prefix { $0 != "\"" })
    }

    private static func find(_ mark: [UInt8], in text: [UInt8], from start: Int) -> Int? {
        var index = start
        while index + mark.count <= text.count {
            if text[index] == mark[0], text[index..<index + mark.count].elementsEqual(mark) { return index }
            index += 1
        }
        return nil
    }
}
