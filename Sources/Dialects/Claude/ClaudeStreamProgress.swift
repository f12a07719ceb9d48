// How far a streamed answer has come, and what each event adds to it (protocol: http §2.4, §4.5, §5.1).
//
// States: nothing yet → started → finished → over. Whatever comes before `message_start` starts the answer; only
// `message_stop` ends it well. What is known but cannot be read ends it badly: text must not vanish in silence.

/// Turns the events of one stream into what they say.
struct ClaudeStreamProgress: Sendable {
    /// The most calls of one answer.
    static let toolCalls = 128

    /// A call whose block is open.
    private struct OpenCall {
        let block: Int
        let index: Int
        /// The input that came with the start of the block, and counts if no fragment follows.
        var input: String?
    }

    private var hasStarted = false
    private var hasFinished = false
    private(set) var isOver = false
    private var usage = ClaudeUsage()
    private var openCalls: [OpenCall] = []
    private var callCount = 0

    /// Takes one event.
    mutating func take(
        _ event: ClaudeStreamEvent,
        _ bytes: borrowing Span<UInt8>,
        _ data: Range<Int>,
        into events: inout [GenerationEvent]
    ) {
        guard !isOver else { return }
        switch event.kind {
        case .other: return
        case .error:
            isOver = true
            events.append(.failed(ClaudeErrorBody.parse(bytes, data) ?? ProviderError(message: "")))
            return
        case .messageStart: start(event.subject, bytes, into: &events)
        case .blockStart, .blockDelta, .blockStop, .messageDelta, .messageStop: start(nil, bytes, into: &events)
        }
        switch event.kind {
        case .blockStart: startBlock(event, bytes, into: &events)
        case .blockDelta: takeDelta(event, bytes, into: &events)
        case .blockStop: stopBlock(event, into: &events)
        case .messageDelta: finish(event, bytes, into: &events)
        case .messageStop:
            if !hasFinished { events.append(.finished(.stop, candidate: 0)) }
            isOver = true
            events.append(.ended)
        case .messageStart, .error, .other: break
        }
        if let told = event.usage(in: bytes) {
            usage.overlay(told)
            events.append(.usage(usage.chatUsage))
        }
    }

    /// Ends the answer badly; `what` is what could not be read.
    mutating func fail(_ what: String, into events: inout [GenerationEvent]) {
        guard !isOver else { return }
        isOver = true
        events.append(
            .failed(
                ProviderError(
                    status: 502,
                    type: "api_error",
                    code: "bad_gateway",
                    message: "The provider's stream cannot be read: \(what)."
                )
            )
        )
    }

    private mutating func start(
        _ message: JSONMember?,
        _ bytes: borrowing Span<UInt8>,
        into events: inout [GenerationEvent]
    ) {
        guard !hasStarted else { return }
        hasStarted = true
        var id: String?
        var model: String?
        if let message {
            Members.visit(bytes, message.value) { member in
                if member.isNamed("id", in: bytes) {
                    id = member.string(in: bytes)
                } else if member.isNamed("model", in: bytes) {
                    model = member.string(in: bytes)
                }
            }
        }
        events.append(.started(id: id, model: model))
    }

    private mutating func startBlock(
        _ event: ClaudeStreamEvent,
        _ bytes: borrowing Span<UInt8>,
        into events: inout [GenerationEvent]
    ) {
        guard let block = event.subject, let index = event.index else {
            return fail("a block without index", into: &events)
        }
        var (isText, isThought, isCall) = (false, false, false)
        var (text, id, name): (String?, String?, String?)
        var input: Range<Int>?
        Members.visit(bytes, block.value) { member in
            if member.isNamed("type", in: bytes) {
                isText = member.isText("text", in: bytes)
                isThought = member.isText("thinking", in: bytes)
                isCall = member.isText("tool_use", in: bytes)
            } else if member.isNamed("text", in: bytes) || member.isNamed("thinking", in: bytes) {
                text = member.string(in: bytes)
            } else if member.isNamed("id", in: bytes) {
                id = member.string(in: bytes)
            } else if member.isNamed("name", in: bytes) {
                name = member.string(in: bytes)
            } else if member.isNamed("input", in: bytes), member.kind == .object, member.value.count > 2 {
                input = member.value
            }
        }
        if let text, !text.isEmpty {
            if isText { events.append(.text(text, candidate: 0)) }
            if isThought { events.append(.thought(text, candidate: 0)) }
        }
        guard isCall else { return }
        guard let id, !id.isEmpty, let name, callCount < Self.toolCalls else {
            return fail("a call without id or name, or one too many", into: &events)
        }
        var whole: String?
        if let input { whole = Self.text(bytes, input) }
        openCalls.append(OpenCall(block: index, index: callCount, input: whole))
        events.append(.toolCallStarted(ToolCallStart(index: callCount, id: id, name: name), candidate: 0))
        callCount += 1
    }

    private static func text(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> String {
        var copy: [UInt8] = []
        copy.reserveCapacity(range.count)
        for index in range { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }

    private mutating func takeDelta(
        _ event: ClaudeStreamEvent,
        _ bytes: borrowing Span<UInt8>,
        into events: inout [GenerationEvent]
    ) {
        guard let delta = event.subject else { return fail("a delta that is none", into: &events) }
        var kind: DeltaKind?
        var value: JSONMember?
        Members.visit(bytes, delta.value) { member in
            if member.isNamed("type", in: bytes) {
                kind = DeltaKind(member, bytes)
            } else if member.isNamed("text", in: bytes) || member.isNamed("partial_json", in: bytes)
                || member.isNamed("thinking", in: bytes) || member.isNamed("signature", in: bytes)
            {
                value = member
            }
        }
        guard let kind else { return }
        guard let text = value?.string(in: bytes) else { return fail("a delta without text", into: &events) }
        guard !text.isEmpty else { return }
        switch kind {
        case .text: events.append(.text(text, candidate: 0))
        case .thought: events.append(.thought(text, candidate: 0))
        case .signature: events.append(.thoughtSignature(text, origin: .claude, candidate: 0))
        case .arguments:
            // Of blocks that are no calls of ours, such as those of Claude's own tools, nothing is told.
            guard let call = openCalls.firstIndex(where: { $0.block == event.index }) else { return }
            openCalls[call].input = nil
            events.append(.toolCallArguments(text, index: openCalls[call].index, candidate: 0))
        }
    }

    /// The deltas that say something in other dialects, too.
    private enum DeltaKind {
        case text
        case thought
        case signature
        case arguments

        init?(_ type: JSONMember, _ bytes: borrowing Span<UInt8>) {
            if type.isText("text_delta", in: bytes) {
                self = .text
            } else if type.isText("input_json_delta", in: bytes) {
                self = .arguments
            } else if type.isText("thinking_delta", in: bytes) {
                self = .thought
            } else if type.isText("signature_delta", in: bytes) {
                self = .signature
            } else {
                return nil
            }
        }
    }

    private mutating func stopBlock(_ event: ClaudeStreamEvent, into events: inout [GenerationEvent]) {
        guard let call = openCalls.firstIndex(where: { $0.block == event.index }) else { return }
        let closed = openCalls.remove(at: call)
        guard let input = closed.input else { return }
        events.append(.toolCallArguments(input, index: closed.index, candidate: 0))
    }

    private mutating func finish(
        _ event: ClaudeStreamEvent,
        _ bytes: borrowing Span<UInt8>,
        into events: inout [GenerationEvent]
    ) {
        guard let delta = event.subject, !hasFinished else { return }
        var (reason, sequence): (String?, String?)
        Members.visit(bytes, delta.value) { member in
            if member.isNamed("stop_reason", in: bytes) {
                reason = member.string(in: bytes)
            } else if member.isNamed("stop_sequence", in: bytes) {
                sequence = member.string(in: bytes)
            }
        }
        guard let reason else { return }
        hasFinished = true
        events.append(.finished(ClaudeStopReason.read(reason, sequence: sequence), candidate: 0))
    }
}
