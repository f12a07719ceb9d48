// What a message of Claude's that is no stream cost, read while it passes through in pieces (protocol: http §2.3): its
// `usage`, and the bytes of text in its `content` for an estimate where there is none.

/// Scans one answer, piece by piece.
package struct ClaudeAnswerScanner: Sendable {
    /// The longest `usage` that is read.
    package static let usageBytes = AnswerScanner.usageBytes

    private var scanner: AnswerScanner

    /// The last `usage` that is an object.
    package private(set) var usage: ChatUsage?

    /// Bytes between quotation marks in values within `content`: text, arguments, and a few names.
    package var textBytes: Int { scanner.textBytes }

    package init() {
        scanner = AnswerScanner(usage: "usage", answer: "content")
    }

    /// Takes the next piece of the answer.
    package mutating func feed(_ piece: borrowing Span<UInt8>) {
        scanner.feed(piece)
        if let told = scanner.takeUsage() { usage = ClaudeUsage.inResponse(told.span)?.chatUsage ?? usage }
    }
}
