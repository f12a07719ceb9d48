// A stream from one dialect to another: bytes become events, events become bytes, in the same turn.
//
// A provider's own error ends the client's stream in the client's dialect; after it nothing follows, and no end is invented
// for a body that stopped early (protocol: http §5, §6).

/// A stream that is read in one dialect and written in another.
package struct TranslatedStream: AnswerStream {
    private var reader: any GenerationStreamReader
    private var writer: any GenerationStreamWriter
    private let requestID: String
    /// Takes keys and addresses out of a provider's words.
    private let redact: @Sendable (String) -> String
    /// Of the piece under way; kept for its room.
    private var events: [GenerationEvent] = []

    package private(set) var usage: ChatUsage?
    package private(set) var textBytes = 0
    package private(set) var sawDone = false
    package private(set) var error: ProviderError?
    package var sawError: Bool { error != nil }

    package init(
        from reader: any GenerationStreamReader,
        to writer: any GenerationStreamWriter,
        requestID: String,
        redact: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.reader = reader
        self.writer = writer
        self.requestID = requestID
        self.redact = redact
    }

    package mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into output: inout [UInt8]
    ) throws(EventStreamViolation) {
        guard !sawDone, error == nil else { return }
        do throws(EventStreamViolation) {
            try reader.feed(piece, into: &events)
        } catch {
            write(into: &output)
            throw error
        }
        write(into: &output)
    }

    package mutating func finish(into output: inout [UInt8]) {
        guard !sawDone, error == nil else { return }
        reader.finish(into: &events)
        write(into: &output)
    }

    package mutating func fail(
        _ error: ProviderError,
        status: Int,
        requestID: String,
        into output: inout [UInt8]
    ) {
        guard self.error == nil, !sawDone else { return }
        self.error = error
        writer.fail(error, status: status, requestID: requestID, into: &output)
    }

    private mutating func write(into output: inout [UInt8]) {
        for event in events {
            guard !sawDone, error == nil else { break }
            textBytes += event.textBytes
            switch event {
            case .usage(let told):
                usage = told
                writer.write(event, into: &output)
            case .ended:
                sawDone = true
                writer.write(event, into: &output)
            case .failed(var told):
                told.message = redact(told.message)
                error = told
                writer.fail(told, status: told.status ?? 502, requestID: requestID, into: &output)
            case .started, .text, .refusal, .thought, .thoughtSignature, .toolCallStarted, .toolCallArguments,
                .finished:
                writer.write(event, into: &output)
            }
        }
        events.removeAll(keepingCapacity: true)
    }
}

extension GenerationEvent {
    /// Bytes of what a model made, for an estimate where no usage is told.
    package var textBytes: Int {
        switch self {
        case .text(let text, _), .refusal(let text, _), .thought(let text, _), .toolCallArguments(let text, _, _):
            text.utf8.count
        case .toolCallStarted(let start, _):
            start.name.utf8.count
        case .started, .thoughtSignature, .finished, .usage, .failed, .ended:
            0
        }
    }
}
