// What a chat completion that is no stream cost, read while it passes through in pieces (protocol §1.3): its `usage`, and
// the bytes of text in its `choices` for an estimate where there is none.

/// Scans one answer, piece by piece.
package struct ChatAnswerScanner: Sendable {
    /// The longest `usage` that is read.
    package static let usageBytes = AnswerScanner.usageBytes

    private var scanner: AnswerScanner

    /// The last `usage` that is an object.
    package private(set) var usage: ChatUsage?

    /// Bytes between quotation marks in values within `choices`: text, arguments, and a few names.
    package var textBytes: Int { scanner.textBytes }

    package init() {
        scanner = AnswerScanner(usage: "usage", answer: "choices")
    }

    /// Takes the next piece of the answer.
    package mutating func feed(_ piece: borrowing Span<UInt8>) {
        scanner.feed(piece)
        if let told = scanner.takeUsage() { usage = ChatUsage.inResponse(told.span) ?? usage }
    }
}
