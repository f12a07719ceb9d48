// How one received message is shown: text as it came or laid out, binary as a hex dump, both bounded.

/// Renders received messages.
package struct MessageText: Sendable {
    /// Bytes of a binary message that are dumped unless the user says otherwise.
    package static let usualDump = 256

    /// Bytes of one message that are shown; nil for all of a text and `usualDump` of binary.
    package var limit: Int?
    /// Lay JSON out.
    package var laysOutJSON: Bool
    /// The reader is a terminal, which must not be commanded by the peer.
    package var isForTerminal: Bool

    package init(limit: Int?, laysOutJSON: Bool, isForTerminal: Bool) {
        self.limit = limit
        self.laysOutJSON = laysOutJSON
        self.isForTerminal = isForTerminal
    }

    /// A text message.
    package func text(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        if self.laysOutJSON, let pretty = PrettyJSON.layOut(text) { text = pretty }
        if let limit = self.limit, text.utf8.count > limit {
            let left = text.utf8.count - limit
            text = Self.prefix(text, bytes: limit) + "… \(left) more bytes"
        }
        return self.isForTerminal ? VisibleText.safe(text) : text
    }

    /// A binary message, its size first.
    package func binary(_ bytes: [UInt8]) -> String {
        let size = "binary, \(bytes.count) \(bytes.count == 1 ? "byte" : "bytes")"
        return ([size] + HexDump.rows(bytes, limit: self.limit ?? Self.usualDump)).joined(separator: "\n")
    }

    /// The longest beginning of at most that many bytes that cuts no character.
    private static func prefix(_ text: String, bytes: Int) -> String {
        var end = text.utf8.index(text.startIndex, offsetBy: bytes)
        while end > text.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
            end = text.utf8.index(before: end)
        }
        return String(text[..<end])
    }
}
