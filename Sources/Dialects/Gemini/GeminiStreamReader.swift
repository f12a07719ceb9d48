// A Gemini stream (protocol: http §3.4, §5.3) as events in no provider's words: server-sent events or a JSON array.
//
// There is no word for the end but the body's own, and some models repeat their finish reason in every chunk: `finished`
// and `ended` are therefore said when the body ends, and only if every candidate has told its reason. Calls come whole.

/// Reads one stream.
package struct GeminiStreamReader: Sendable {
    /// The most calls of one answer.
    package static let maximumCalls = 256

    private struct Candidate {
        let index: Int
        var finishReason: String?
        var hasContent = false
        var calls = 0
    }

    private var framing: GeminiFraming?
    private var parser: EventStreamParser
    private var array: JSONArrayParser
    private var candidates: [Candidate] = []
    private var ids: ToolCallID?
    private var answerID: String?
    private var hasStarted = false
    private var isBlocked = false
    private var usage: ChatUsage?
    /// Whether `.ended` or `.failed` was said; nothing more is read.
    package private(set) var isOver = false

    package init(limits: EventStreamLimits = EventStreamLimits()) {
        parser = EventStreamParser(limits: limits)
        array = JSONArrayParser(limits: limits)
    }

    /// Takes the next bytes of the body and appends what they say.
    package mutating func feed(
        _ piece: borrowing Span<UInt8>,
        into events: inout [GenerationEvent]
    ) throws(EventStreamViolation) {
        guard !isOver else { return }
        var blanks = 0
        if framing == nil {
            guard let found = GeminiFraming.detect(piece) else { return }
            (framing, blanks) = (found.framing, found.blanks)
        }
        let rest = piece.extracting(blanks..<piece.count)
        if framing == .array { try feedArray(rest, &events) } else { try feedEvents(rest, &events) }
    }

    /// Takes the end of the body; `.ended` is appended only if the answer is whole.
    package mutating func finish(into events: inout [GenerationEvent]) {
        guard !isOver, framing == .events else { return }
        if !parser.pending.isEmpty {
            // A last event that only lacks its blank line is one (§1.8).
            let lineEnds: [UInt8] = [0x0A, 0x0A]
            parser.append(lineEnds.span)
            while !isOver, let block = try? parser.next() {
                guard read(block, &events, isCut: true) else { return }
            }
        }
        if !isOver { end(&events) }
    }

    private mutating func feedEvents(
        _ piece: borrowing Span<UInt8>,
        _ events: inout [GenerationEvent]
    ) throws(EventStreamViolation) {
        parser.append(piece)
        while !isOver, let block = try parser.next() { _ = read(block, &events, isCut: false) }
    }

    private mutating func feedArray(
        _ piece: borrowing Span<UInt8>,
        _ events: inout [GenerationEvent]
    ) throws(EventStreamViolation) {
        array.append(piece)
        while !isOver, let block = try array.next() {
            guard let value = block.value else { break }
            let outcome = Self.outcome(array.buffer.span, value, readsNames: needsNames)
            if !take(outcome, &events) { fail(Self.broken, &events) }
        }
        if array.hasEnded, !isOver { end(&events) }
    }

    /// False for data that is no chunk, in an event that the body's end has cut; elsewhere that is an error.
    private mutating func read(
        _ block: EventStreamBlock,
        _ events: inout [GenerationEvent],
        isCut: Bool
    ) -> Bool {
        let outcome: Outcome
        if block.dataLines > 1 {
            let joined = parser.data(of: block)
            outcome = Self.outcome(joined.span, 0..<joined.count, readsNames: needsNames)
        } else if let data = block.data {
            guard !data.isEmpty, !parser.buffer[data].starts(with: "[DONE]".utf8) else { return true }
            outcome = Self.outcome(parser.buffer.span, data, readsNames: needsNames)
        } else {
            // An error within a stream may come as bare JSON (§1.8).
            guard parser.buffer[block.raw].first == JSONGrammar.openBrace else { return true }
            outcome = Self.outcome(parser.buffer.span, block.raw, readsNames: needsNames)
        }
        let isTaken = take(outcome, &events)
        if !isTaken, !isCut { fail(Self.broken, &events) }
        return isTaken
    }

    /// Names stay what they are: they are read until the answer's id is known.
    private var needsNames: Bool { !hasStarted || answerID == nil }

    private static let broken = GeminiResponseReader.nonsense("The provider's stream is not valid.")

    // MARK: - Chunks

    /// What the data of an event, or an element, is.
    private enum Outcome {
        /// `token` tells the ids that have to be made up from those of other answers.
        case chunk(GeminiChunk, token: String)
        case error(ProviderError)
        case nonsense
    }

    private static func outcome(
        _ bytes: borrowing Span<UInt8>,
        _ range: Range<Int>,
        readsNames: Bool
    ) -> Outcome {
        do throws(JSONViolation) {
            let chunk = try GeminiChunk(bytes, range, readsNames: readsNames)
            if chunk.hasError { return .error(GeminiErrorBody.parse(Array(text(bytes, range).utf8)) ?? broken) }
            let needsToken = readsNames && chunk.responseID == nil && chunk.candidates.contains { $0.hasCalls }
            return .chunk(chunk, token: needsToken ? text(bytes, range) : "")
        } catch {
            return .nonsense
        }
    }

    private static func text(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
        unsafe bytes.extracting(range).withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
    }

    /// Appends what a chunk says; false if it is none.
    private mutating func take(_ outcome: Outcome, _ events: inout [GenerationEvent]) -> Bool {
        switch outcome {
        case .chunk(let chunk, let token):
            take(chunk, token: token, &events)
            return true
        case .error(let error):
            fail(error, &events)
            return true
        case .nonsense:
            return false
        }
    }

    private mutating func take(_ chunk: GeminiChunk, token: String, _ events: inout [GenerationEvent]) {
        if !hasStarted {
            hasStarted = true
            events.append(.started(id: chunk.responseID, model: chunk.model))
        }
        answerID = answerID ?? chunk.responseID
        if chunk.blockReason != nil { isBlocked = true }
        for candidate in chunk.candidates {
            guard candidate.index < GeminiChunk.maximumCandidates else { continue }
            let state = state(of: candidate.index)
            if let reason = candidate.finishReason { candidates[state].finishReason = reason }
            for part in candidate.parts {
                guard !isOver else { return }
                append(part, state, token, &events)
            }
        }
        if let told = chunk.usage, told != usage {
            usage = told
            events.append(.usage(told))
        }
    }

    private mutating func state(of index: Int) -> Int {
        if let found = candidates.firstIndex(where: { $0.index == index }) { return found }
        candidates.append(Candidate(index: index))
        return candidates.count - 1
    }

    private mutating func append(
        _ part: GeminiChunk.Part,
        _ state: Int,
        _ token: String,
        _ events: inout [GenerationEvent]
    ) {
        let candidate = candidates[state].index
        switch part {
        case .text(let text):
            guard !text.isEmpty else { return }
            events.append(.text(text, candidate: candidate))
        case .thought(let text, let signature):
            if !text.isEmpty { events.append(.thought(text, candidate: candidate)) }
            if let signature {
                events.append(.thoughtSignature(signature, origin: .gemini, candidate: candidate))
            }
        case .call(let id, let name, let arguments, let signature):
            let index = candidates[state].calls
            guard !name.isEmpty, index < Self.maximumCalls else { return fail(Self.broken, &events) }
            candidates[state].calls += 1
            let start = ToolCallStart(
                index: index,
                id: id ?? nextID(token),
                name: name,
                signature: signature
            )
            events.append(.toolCallStarted(start, candidate: candidate))
            if !arguments.isEmpty {
                events.append(.toolCallArguments(arguments, index: index, candidate: candidate))
            }
        case .inline:
            // Media of an answer have no place in a stream of others.
            break
        }
        candidates[state].hasContent = true
    }

    /// Ids are the answer's own: by its id, or by what the first chunk with a call says.
    private mutating func nextID(_ token: String) -> String {
        var made = ids ?? ToolCallID(token: answerID ?? token)
        let id = made.next()
        ids = made
        return id
    }

    // MARK: - The end

    private mutating func end(_ events: inout [GenerationEvent]) {
        guard !candidates.isEmpty else {
            // A prompt that was blocked has no candidates (§4.5).
            guard isBlocked else { return }
            events.append(.finished(.contentFilter, candidate: 0))
            return close(&events)
        }
        guard candidates.allSatisfy({ $0.finishReason != nil }) else { return }
        let reasons = candidates.map { candidate in
            GeminiFinishReason.read(
                candidate.finishReason ?? "",
                hasContent: candidate.hasContent,
                hasCalls: candidate.calls > 0
            )
        }
        if reasons.allSatisfy({ $0 == nil }) {
            return fail(GeminiFinishReason.failure(candidates.first?.finishReason ?? ""), &events)
        }
        for (candidate, reason) in zip(candidates, reasons) {
            events.append(.finished(reason ?? .stop, candidate: candidate.index))
        }
        close(&events)
    }

    private mutating func close(_ events: inout [GenerationEvent]) {
        isOver = true
        events.append(.ended)
    }

    private mutating func fail(_ error: ProviderError, _ events: inout [GenerationEvent]) {
        guard !isOver else { return }
        isOver = true
        events.append(.failed(error))
    }
}
