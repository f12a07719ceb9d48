// A stream within one dialect: the filter's bytes, and where the stream breaks the dialect's error event behind them.

/// A stream that is passed on.
package struct PassedStream: AnswerStream {
    private static let gap: [UInt8] = [0x0A, 0x0A]

    private var filter: any StreamFilter
    /// Writes nothing but the error event at the end of a stream that breaks.
    private var writer: any GenerationStreamWriter

    package init(_ filter: any StreamFilter, failing writer: any GenerationStreamWriter) {
        self.filter = filter
        self.writer = writer
    }

    package var usage: ChatUsage? { filter.usage }
    package var textBytes: Int { filter.textBytes }
    package var sawDone: Bool { filter.sawDone }
    package var sawError: Bool { filter.sawError }
    package var error: ProviderError? { nil }

    package mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into output: inout [UInt8]
    ) throws(EventStreamViolation) {
        try filter.feed(piece, into: &output)
    }

    package mutating func finish(into output: inout [UInt8]) {
        _ = filter.finish(into: &output)
    }

    package mutating func fail(
        _ error: ProviderError,
        status: Int,
        requestID: String,
        into output: inout [UInt8]
    ) {
        guard !filter.sawError else { return }
        if var own = filter as? any FailingStreamFilter {
            own.fail(error, status: status, requestID: requestID, into: &output)
            filter = own
            return
        }
        // Inside an event that went on in part, a blank line ends it first.
        if !filter.isBetweenEvents { output.append(contentsOf: Self.gap) }
        writer.fail(error, status: status, requestID: requestID, into: &output)
    }
}
