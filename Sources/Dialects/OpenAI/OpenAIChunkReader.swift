// What the chunks of a chat stream tell, one after the other (protocol: http §1.4, §8). No tree is built: members are found
// in place, and nothing is kept of the texts.
//
// Of the oddities of compatibles these are taken: chunks without choices before the first one, usage in any chunk (said
// once for each new value), finish reasons that are empty or come twice (the first counts, and ends its candidate), content
// in parts, and calls as `OpenAIStreamCalls` tells.

/// Reads the chunks of one stream.
struct OpenAIChunkReader: Sendable {
    /// The most candidates of one answer, counted from 0.
    static let candidates = 128

    private struct Candidate: Sendable {
        var index: Int
        var isFinished = false
        var calls = OpenAIStreamCalls()
    }

    /// The members of a chunk that matter.
    private struct Chunk {
        var id: JSONMember?
        var model: JSONMember?
        var choices: JSONMember?
        var usage: JSONMember?
        var error: JSONMember?
    }

    /// Whether the stream has ended or failed.
    private(set) var isOver = false
    private var hasStarted = false
    private var usage: ChatUsage?
    private var candidates: [Candidate] = []
    private var ids = ToolCallID()

    /// Reads the data of an event; false if it is no JSON object, `[DONE]` or blank.
    mutating func read(
        _ bytes: borrowing Span<UInt8>,
        _ data: Range<Int>,
        isNamedError: Bool,
        into events: inout [GenerationEvent]
    ) -> Bool {
        if ChatStreamFilter.isDone(bytes, data) {
            end(into: &events)
            return true
        }
        if let chunk = Self.chunk(bytes, data) {
            take(chunk, bytes, data, isNamedError: isNamedError, into: &events)
            return true
        }
        var index = data.lowerBound
        JSONGrammar.skipBlanks(bytes, &index, data.upperBound)
        if index == data.upperBound { return true }
        // The scanner takes no half of a surrogate pair, where the tree has U+FFFD for it.
        var copy: [UInt8] = []
        copy.reserveCapacity(data.count)
        for index in data { copy.append(bytes[index]) }
        guard let tree = try? JSONParser.parse(copy), tree.isObject else { return false }
        let repaired = tree.rendered
        guard let chunk = Self.chunk(repaired.span, 0..<repaired.count) else { return false }
        take(chunk, repaired.span, 0..<repaired.count, isNamedError: isNamedError, into: &events)
        return true
    }

    /// Takes the end of a body that ended where it may.
    mutating func finish(into events: inout [GenerationEvent]) {
        if !isOver, !candidates.isEmpty, candidates.allSatisfy(\.isFinished) { events.append(.ended) }
        isOver = true
    }

    /// Takes the end of a body that was cut.
    mutating func cut() { isOver = true }

    mutating func fail(_ error: ProviderError, into events: inout [GenerationEvent]) {
        guard !isOver else { return }
        events.append(.failed(error))
        isOver = true
    }

    private mutating func end(into events: inout [GenerationEvent]) {
        guard !candidates.isEmpty, candidates.allSatisfy(\.isFinished) else {
            fail(OpenAIResponseReader.nonsense("The provider's stream has no finish reason."), into: &events)
            return
        }
        events.append(.ended)
        isOver = true
    }

    private mutating func start(id: String?, model: String?, into events: inout [GenerationEvent]) {
        guard !hasStarted else { return }
        hasStarted = true
        ids = ToolCallID(token: id ?? "")
        events.append(.started(id: id, model: model))
    }

    /// The members of a chunk, all of whose grammar is checked; nil if it is no JSON object.
    private static func chunk(_ bytes: borrowing Span<UInt8>, _ data: Range<Int>) -> Chunk? {
        var chunk = Chunk()
        var index = data.lowerBound
        var isFirst = true
        do throws(JSONViolation) {
            while let member = try TopLevelScanner.next(bytes, &index, data, isFirst: isFirst) {
                isFirst = false
                if member.isNamed("choices", in: bytes) {
                    chunk.choices = member
                } else if member.isNamed("usage", in: bytes) {
                    chunk.usage = member
                } else if member.isNamed("id", in: bytes) {
                    chunk.id = member
                } else if member.isNamed("model", in: bytes) {
                    chunk.model = member
                } else if member.isNamed("error", in: bytes), member.kind != .null, member.bool(in: bytes) != false {
                    chunk.error = member
                }
            }
        } catch {
            return nil
        }
        return chunk
    }

    private mutating func take(
        _ chunk: Chunk,
        _ bytes: borrowing Span<UInt8>,
        _ data: Range<Int>,
        isNamedError: Bool,
        into events: inout [GenerationEvent]
    ) {
        if chunk.error != nil || isNamedError {
            fail(Self.error(bytes, data), into: &events)
            return
        }
        let told = chunk.usage.flatMap { ChatUsage(bytes, $0) }
        if let choices = chunk.choices, choices.kind == .array {
            var elements = ElementCursor(choices.value)
            while !isOver, let element = elements.next(bytes) {
                guard element.kind == .object else { continue }
                start(id: Self.name(chunk.id, bytes), model: Self.name(chunk.model, bytes), into: &events)
                readChoice(bytes, element.value, into: &events)
            }
        }
        guard !isOver, let told, told != usage else { return }
        start(id: Self.name(chunk.id, bytes), model: Self.name(chunk.model, bytes), into: &events)
        usage = told
        events.append(.usage(told))
    }

    private mutating func readChoice(
        _ bytes: borrowing Span<UInt8>,
        _ choice: Range<Int>,
        into events: inout [GenerationEvent]
    ) {
        var (index, delta, reason) = (0, Range<Int>?.none, String?.none)
        var members = MemberCursor(choice)
        while let member = members.next(bytes) {
            if member.isNamed("delta", in: bytes) {
                delta = member.kind == .object ? member.value : nil
            } else if member.isNamed("index", in: bytes) {
                index = member.count(in: bytes) ?? 0
            } else if member.isNamed("finish_reason", in: bytes) {
                reason = Self.name(member, bytes)
            }
        }
        guard index < Self.candidates else {
            fail(OpenAIResponseReader.nonsense("The provider's stream has too many candidates."), into: &events)
            return
        }
        let position = position(of: index)
        guard !candidates[position].isFinished else { return }
        if let delta { readDelta(bytes, delta, position, into: &events) }
        if let reason, !isOver { finish(position, reason: reason, into: &events) }
    }

    private mutating func position(of index: Int) -> Int {
        if let position = candidates.firstIndex(where: { $0.index == index }) { return position }
        candidates.append(Candidate(index: index))
        return candidates.count - 1
    }

    private mutating func finish(_ position: Int, reason: String, into events: inout [GenerationEvent]) {
        guard !candidates[position].calls.hasNameless else {
            fail(OpenAIResponseReader.nonsense("A function call of the provider's stream has no name."), into: &events)
            return
        }
        candidates[position].isFinished = true
        let hasCalls = !candidates[position].calls.isEmpty
        events.append(
            .finished(OpenAIFinishReason.read(reason, hasCalls: hasCalls), candidate: candidates[position].index)
        )
    }

    private mutating func readDelta(
        _ bytes: borrowing Span<UInt8>,
        _ delta: Range<Int>,
        _ position: Int,
        into events: inout [GenerationEvent]
    ) {
        var (content, thought, otherThought): (JSONMember?, JSONMember?, JSONMember?)
        var (refusal, calls, formerCall): (JSONMember?, JSONMember?, JSONMember?)
        var members = MemberCursor(delta)
        while let member = members.next(bytes) {
            if member.kind == .null { continue }
            if member.isNamed("content", in: bytes) {
                content = member
            } else if member.isNamed("tool_calls", in: bytes) {
                calls = member
            } else if member.isNamed("reasoning_content", in: bytes) {
                thought = member
            } else if member.isNamed("reasoning", in: bytes) {
                otherThought = member
            } else if member.isNamed("refusal", in: bytes) {
                refusal = member
            } else if member.isNamed("function_call", in: bytes) {
                formerCall = member
            }
        }
        let candidate = candidates[position].index
        if let text = Self.text(thought, bytes) ?? Self.text(otherThought, bytes) {
            events.append(.thought(text, candidate: candidate))
        }
        if let text = Self.text(content, bytes) {
            events.append(.text(text, candidate: candidate))
        } else if let content, content.kind == .array {
            OpenAIContentParts.read(bytes, content.value, candidate: candidate, into: &events)
        }
        if let text = Self.text(refusal, bytes) { events.append(.refusal(text, candidate: candidate)) }
        do throws(ProviderError) {
            if let calls, calls.kind == .array {
                try candidates[position].calls.read(bytes, calls.value, candidate, &ids, into: &events)
            } else if let formerCall, formerCall.kind == .object {
                try candidates[position].calls.readFormer(bytes, formerCall.value, candidate, &ids, into: &events)
            }
        } catch {
            fail(error, into: &events)
        }
    }

    /// The text of a member that is a string with something in it.
    private static func text(_ member: JSONMember?, _ bytes: borrowing Span<UInt8>) -> String? {
        guard let member, member.kind == .string, member.value.count > 2 else { return nil }
        return JSONString.decodeRepairing(bytes, (member.value.lowerBound + 1)..<(member.value.upperBound - 1))
    }

    private static func name(_ member: JSONMember?, _ bytes: borrowing Span<UInt8>) -> String? {
        text(member, bytes)
    }

    /// What an event that tells an error says.
    private static func error(_ bytes: borrowing Span<UInt8>, _ data: Range<Int>) -> ProviderError {
        var copy: [UInt8] = []
        copy.reserveCapacity(data.count)
        for index in data { copy.append(bytes[index]) }
        if let error = OpenAIErrorBody.parse(copy) { return error }
        var members = MemberCursor(data)
        while let member = members.next(bytes) {
            if member.isNamed("message", in: bytes), let text = text(member, bytes) {
                return ProviderError(message: text)
            }
        }
        return ProviderError(message: "The provider's stream failed without a reason.")
    }
}
