// `data:image/png;base64,…` (RFC 2397), the only form in which the OpenAI dialect carries the bytes of images and files.

/// A base64 data URI.
package struct DataURI: Equatable {
    /// Lower case, without parameters.
    package var mediaType: String
    package var base64: String

    package init(mediaType: String, base64: String) {
        self.mediaType = mediaType
        self.base64 = base64
    }

    /// Reads one; nil if it has no media type or is not base64.
    package init?(_ text: String) {
        guard Self.isOne(text), let comma = text.utf8.firstIndex(of: UInt8(ascii: ",")) else { return nil }
        let head = text[text.utf8.index(text.startIndex, offsetBy: 5)..<comma].lowercased()
        let fields = head.split(separator: ";", omittingEmptySubsequences: false)
        guard fields.count > 1, fields.last == "base64", let type = fields.first, type.utf8.contains(0x2F) else {
            return nil
        }
        self.mediaType = String(type)
        self.base64 = String(text[text.utf8.index(after: comma)...])
        guard !self.base64.isEmpty else { return nil }
    }

    var text: String { "data:\(self.mediaType);base64,\(self.base64)" }

    /// Whether a text says that it is a data URI.
    package static func isOne(_ text: String) -> Bool { starts(text, with: "data:") }

    /// Whether a text is an address of the web.
    static func isWeb(_ text: String) -> Bool { starts(text, with: "https://") || starts(text, with: "http://") }

    /// Schemes are compared without regard to case (RFC 3986 §3.1).
    private static func starts(_ text: String, with scheme: String) -> Bool {
        text.utf8.prefix(scheme.utf8.count).lazy.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }
            .elementsEqual(scheme.utf8)
    }
}
