// What a Gemini answer that is no stream cost, read while it passes through in pieces (protocol: http §3.3): its
// `usageMetadata`, and the bytes of text in its `candidates` for an estimate where there is none.

/// Scans one answer piece by piece.
package struct GeminiAnswerScanner: Sendable {
    /// The longest `usageMetadata` that is read.
    package static let usageBytes = AnswerScanner.usageBytes

    private var scanner: AnswerScanner

    /// The last `usageMetadata` that is an object; one that breaks tells what stands before the fault.
    package private(set) var usage: ChatUsage?

    /// Bytes between quotation marks in values within `candidates`: text, arguments, and a few other words.
    package var textBytes: Int { scanner.textBytes }

    package init() {
        scanner = AnswerScanner(usage: "usageMetadata", answer: "candidates")
    }

    /// Takes the next piece of the answer.
    package mutating func feed(_ piece: borrowing Span<UInt8>) {
        scanner.feed(piece)
        if let told = scanner.takeUsageValue() { usage = GeminiUsage.read(told.span, 0..<told.count) ?? usage }
    }
}
