// A provider's answer taken in whole before anything of it goes on: one that is to be translated and is no stream, or that is
// one while its client wants none, or the reverse (protocol: http §8).
//
// Bounded: `limitBytes` of what the provider sends, whatever it is.

/// Why an answer could not be gathered.
package enum GatheringViolation: Error, Equatable, Sendable {
    case tooLarge
    case stream(EventStreamViolation)
}

/// Takes a provider's answer in.
package struct AnswerGatherer: Sendable {
    private let dialect: ChatDialect
    private let limitBytes: Int
    private var count = 0
    /// The answer, where it is no stream of events.
    package private(set) var body: [UInt8] = []
    private var reader: (any GenerationStreamReader)?
    private var collector = GenerationCollector()

    /// The usage of the answer, once it has been read.
    package private(set) var usage: ChatUsage?
    /// Bytes of text in the answer, as far as they were read.
    package private(set) var textBytes = 0

    package init(_ dialect: ChatDialect, isEventStream: Bool, limitBytes: Int) {
        self.dialect = dialect
        self.limitBytes = limitBytes
        self.reader = isEventStream ? dialect.streamReader() : nil
    }

    /// Takes the next bytes.
    package mutating func feed(_ piece: borrowing Span<UInt8>) throws(GatheringViolation) {
        let (sum, overflow) = count.addingReportingOverflow(piece.count)
        guard !overflow, sum <= limitBytes else { throw .tooLarge }
        count = sum
        guard reader != nil else {
            unsafe piece.withUnsafeBufferPointer { unsafe body.append(contentsOf: $0) }
            return
        }
        try read(piece)
    }

    /// The whole answer; throws what the provider said instead, also where its 200 told an error.
    package mutating func finish() throws(ProviderError) -> GenerationResponse {
        if reader == nil, isArray {
            // Gemini's other way to stream.
            reader = dialect.streamReader()
            let held = body
            do throws(GatheringViolation) {
                try read(held.span)
            } catch {
                throw ProviderError(status: 502, code: "bad_gateway", message: "The provider's answer is no answer.")
            }
        }
        guard reader != nil else {
            let response = try dialect.readResponse(body)
            (usage, textBytes) = (response.usage, response.textBytes)
            return response
        }
        var events: [GenerationEvent] = []
        reader?.finish(into: &events)
        take(events)
        return try collector.response()
    }

    private var isArray: Bool {
        dialect == .gemini && body.first { $0 > 0x20 } == UInt8(ascii: "[")
    }

    private mutating func read(_ piece: borrowing Span<UInt8>) throws(GatheringViolation) {
        var events: [GenerationEvent] = []
        defer { take(events) }
        do throws(EventStreamViolation) {
            try reader?.feed(piece, into: &events)
        } catch {
            throw .stream(error)
        }
    }

    private mutating func take(_ events: [GenerationEvent]) {
        for event in events {
            if case .usage(let told) = event { usage = told }
            textBytes += event.textBytes
            collector.take(event)
        }
    }
}
