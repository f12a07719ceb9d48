// What the filter of a stream made of one, whatever the pieces that it came in.

import Dialects

/// A filter that counts what it lets through.
protocol CountingFilter: StreamFilter {
    var forwardedEvents: Int { get }
}

extension ChatStreamFilter: CountingFilter {}
extension ClaudeStreamFilter: CountingFilter {}
extension GeminiStreamFilter: CountingFilter {}

/// What came out of a filter, and what it learnt.
struct FilterOutcome: Equatable {
    var output = ""
    var usage: ChatUsage?
    var textBytes = 0
    var sawDone = false
    var sawError = false
    var endedBetweenEvents = false
    var forwardedEvents = 0
}

extension FilterOutcome {
    /// Feeds a whole stream in pieces of this size.
    init(_ filter: some CountingFilter, _ bytes: [UInt8], size: Int) throws {
        var filter = filter
        var output: [UInt8] = []
        for piece in pieces(bytes, size: size) { try filter.feed(piece.span, into: &output) }
        endedBetweenEvents = filter.finish(into: &output)
        self.output = String(decoding: output, as: UTF8.self)
        usage = filter.usage
        textBytes = filter.textBytes
        sawDone = filter.sawDone
        sawError = filter.sawError
        forwardedEvents = filter.forwardedEvents
    }
}
