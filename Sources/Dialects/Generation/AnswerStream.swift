// A streamed answer on its way to a client, whichever way it goes: passed on within one dialect, or read in one and written
// in another. Whoever moves the bytes asks one surface and need not know which.
//
// Order: `feed` any number of times, then `finish`; `fail` at any time ends what the client sees. After `sawDone` or
// `sawError` nothing more goes on.

/// An answer that goes on as it comes.
package protocol AnswerStream: Sendable {
    /// The last usage that the provider told.
    var usage: ChatUsage? { get }
    /// Bytes of text so far, for an estimate where no usage is told.
    var textBytes: Int { get }
    /// Whether the provider has said that the answer is whole.
    var sawDone: Bool { get }
    /// Whether the provider has said that it failed.
    var sawError: Bool { get }
    /// What the provider said when it failed, where that is known; `sawError` may be true without.
    var error: ProviderError? { get }

    /// Takes the next bytes from the provider and appends what goes to the client.
    mutating func feed(_ piece: borrowing Span<UInt8>, into output: inout [UInt8]) throws(EventStreamViolation)

    /// Takes the end of the provider's body and appends what goes to the client; `sawDone` then tells whether it was whole.
    mutating func finish(into output: inout [UInt8])

    /// Ends the client's stream with an error in its own dialect; nothing else is invented.
    mutating func fail(_ error: ProviderError, status: Int, requestID: String, into output: inout [UInt8])
}

/// What passes a stream on within one dialect: bytes as they came, but for what the client must not see.
package protocol StreamFilter: Sendable {
    var usage: ChatUsage? { get }
    var textBytes: Int { get }
    var sawDone: Bool { get }
    var sawError: Bool { get }
    /// Whether what went on so far ends where an event ends.
    var isBetweenEvents: Bool { get }
    mutating func feed(_ piece: borrowing Span<UInt8>, into output: inout [UInt8]) throws(EventStreamViolation)
    /// Returns whether the stream ended between two events.
    mutating func finish(into output: inout [UInt8]) -> Bool
}

/// A filter that ends its stream by itself where it breaks, since only it knows what went on.
package protocol FailingStreamFilter: StreamFilter {
    mutating func fail(_ error: ProviderError, status: Int, requestID: String, into output: inout [UInt8])
}

/// What reads the cost of a whole answer while it passes.
package protocol CostScanner: Sendable {
    var usage: ChatUsage? { get }
    var textBytes: Int { get }
    mutating func feed(_ piece: borrowing Span<UInt8>)
}

/// What reads a provider's stream.
package protocol GenerationStreamReader: Sendable {
    /// Whether `.ended` or `.failed` was said; nothing more is read then.
    var isOver: Bool { get }
    mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into events: inout [GenerationEvent]
    ) throws(EventStreamViolation)
    /// The body ended; `.ended` is appended only if the answer is whole.
    mutating func finish(into events: inout [GenerationEvent])
}

/// What writes a client's stream.
package protocol GenerationStreamWriter: Sendable {
    mutating func write(_ event: GenerationEvent, into output: inout [UInt8])
    mutating func fail(_ error: ProviderError, status: Int, requestID: String, into output: inout [UInt8])
}
