// A streamed answer as `POST /v1/messages` gives it (protocol: http §2.4, §5.2, §5.5).
//
// Blocks never overlap: the first of `blocks` is open on the wire and what belongs to it goes out at once; what belongs to a
// later one is held until all before it are whole. A text or thought is whole as soon as something else begins, a call when
// its arguments are, or at the end. `message_delta` waits for the end, since it tells the whole usage and is said once.
//
// Only the first candidate can be told. A stream that breaks ends with an `error` event, never with an invented end.

/// Writes streamed answers in the Claude dialect.
package struct ClaudeStreamWriter: Sendable {
    /// The most calls of one answer, and the most bytes that are held for later blocks.
    package static let toolCalls = 128
    package static let heldBytes = 4 * 1024 * 1024

    private struct Block {
        enum Kind: Equatable {
            case text
            case thought
            case call(index: Int)
        }

        let kind: Kind
        var call: ToolCallStart?
        var arguments = ArgumentsEnd()
        /// What waits until the block is opened.
        var held = ""
        var signature: String?
        /// Whether a thought was ended by a signature.
        var isEnded = false

        var isWhole: Bool {
            switch kind {
            case .text, .thought: true
            case .call: arguments.isReached
            }
        }
    }

    private let identity: AnswerIdentity
    private var hasStarted = false
    /// Whether the last event was written; nothing follows it.
    package private(set) var isOver = false
    private var blocks: [Block] = []
    /// Blocks that were closed: the index of the one that is open.
    private var closedBlocks = 0
    private var heldCount = 0
    private var callCount = 0
    private var refuses = false
    private var finish: FinishReason?
    private var usage: ChatUsage?

    package init(identity: AnswerIdentity) {
        self.identity = identity
    }

    /// Appends what an event of the answer adds to the stream.
    package mutating func write(_ event: GenerationEvent, into output: inout [UInt8]) {
        guard !isOver else { return }
        switch event {
        case .started(let id, let model): start(id: id, model: model, into: &output)
        case .text(let text, candidate: 0): append(.text, text, into: &output)
        case .refusal(let text, candidate: 0):
            refuses = true
            append(.text, text, into: &output)
        case .thought(let text, candidate: 0):
            if identity.showsThoughts { append(.thought, text, into: &output) }
        case .thoughtSignature(let signature, let origin, candidate: 0):
            endThought(signature, origin, into: &output)
        case .toolCallStarted(let call, candidate: 0): startCall(call, into: &output)
        case .toolCallArguments(let piece, let index, candidate: 0): extend(index, piece, into: &output)
        case .finished(let reason, candidate: 0):
            if finish == nil { finish = reason }
        case .usage(let told): usage = told
        case .failed(let error):
            fail(error, status: error.status ?? 502, requestID: nil, into: &output)
        case .ended: end(into: &output)
        case .text, .refusal, .thought, .thoughtSignature, .toolCallStarted, .toolCallArguments, .finished: return
        }
    }

    /// Appends the event that ends a stream that cannot go on.
    package mutating func fail(
        _ error: ProviderError,
        status: Int,
        requestID: String,
        into output: inout [UInt8]
    ) {
        guard !isOver else { return }
        fail(error, status: status, requestID: Optional(requestID), into: &output)
    }

    private mutating func fail(
        _ error: ProviderError,
        status: Int,
        requestID: String?,
        into output: inout [UInt8]
    ) {
        isOver = true
        output.append(contentsOf: "event: error\ndata: ".utf8)
        ClaudeErrorBody.append(error, status: status, requestID: requestID, to: &output)
        output.append(contentsOf: "\n\n".utf8)
    }

    private mutating func start(id: String?, model: String?, into output: inout [UInt8]) {
        guard !hasStarted else { return }
        hasStarted = true
        ClaudeFrame.messageStart(
            id: ClaudeResponseWriter.id(id, identity),
            model: model ?? identity.model,
            usage: usage ?? ChatUsage(promptTokens: identity.estimatedInputTokens),
            to: &output
        )
    }

    private mutating func end(into output: inout [UInt8]) {
        start(id: nil, model: nil, into: &output)
        while !blocks.isEmpty { closeFirst(into: &output) }
        let (reason, sequence) = ClaudeStopReason.write(finish ?? .stop, refuses: refuses, calls: callCount > 0)
        ClaudeFrame.messageEnd(
            reason: reason,
            sequence: sequence,
            usage: usage ?? ChatUsage(promptTokens: identity.estimatedInputTokens),
            to: &output
        )
        isOver = true
    }

    // MARK: - Blocks

    private mutating func append(_ kind: Block.Kind, _ text: String, into output: inout [UInt8]) {
        guard !text.isEmpty else { return }
        if blocks.last?.kind != kind || blocks.last?.isEnded == true {
            enqueue(Block(kind: kind), into: &output)
        }
        deliver(text, to: blocks.count - 1, into: &output)
    }

    private mutating func endThought(_ signature: String, _ origin: ChatDialect, into output: inout [UInt8]) {
        guard identity.showsThoughts, origin == .claude else { return }
        if blocks.last?.kind != .thought || blocks.last?.isEnded == true {
            enqueue(Block(kind: .thought), into: &output)
        }
        guard let last = blocks.indices.last else { return }
        blocks[last].isEnded = true
        if last == 0 {
            ClaudeFrame.delta(.signature, signature, block: closedBlocks, to: &output)
        } else {
            blocks[last].signature = signature
        }
    }

    private mutating func startCall(_ call: ToolCallStart, into output: inout [UInt8]) {
        guard !blocks.contains(where: { $0.kind == .call(index: call.index) }) else { return }
        guard callCount < Self.toolCalls else { return overflow(into: &output) }
        callCount += 1
        enqueue(Block(kind: .call(index: call.index), call: call), into: &output)
    }

    private mutating func extend(_ index: Int, _ piece: String, into output: inout [UInt8]) {
        guard !piece.isEmpty, let position = blocks.firstIndex(where: { $0.kind == .call(index: index) }) else {
            return
        }
        blocks[position].arguments.feed(piece)
        deliver(piece, to: position, into: &output)
        settle(into: &output)
    }

    private mutating func enqueue(_ block: Block, into output: inout [UInt8]) {
        start(id: nil, model: nil, into: &output)
        blocks.append(block)
        if blocks.count == 1 { openFirst(into: &output) } else { settle(into: &output) }
    }

    /// Closes what is whole and has something behind it.
    private mutating func settle(into output: inout [UInt8]) {
        while blocks.count > 1, blocks[0].isWhole { closeFirst(into: &output) }
    }

    private mutating func deliver(_ text: String, to position: Int, into output: inout [UInt8]) {
        guard blocks.indices.contains(position) else { return }
        if position == 0 {
            ClaudeFrame.delta(Self.delta(blocks[0].kind), text, block: closedBlocks, to: &output)
        } else {
            heldCount += text.utf8.count
            guard heldCount <= Self.heldBytes else { return overflow(into: &output) }
            blocks[position].held += text
        }
    }

    private func openFirst(into output: inout [UInt8]) {
        guard let block = blocks.first else { return }
        switch block.kind {
        case .text: ClaudeFrame.textStart(block: closedBlocks, to: &output)
        case .thought: ClaudeFrame.thoughtStart(block: closedBlocks, to: &output)
        case .call:
            ClaudeFrame.callStart(
                id: ClaudeToolIDs.replaced(block.call?.id ?? ""),
                name: block.call?.name ?? "",
                block: closedBlocks,
                to: &output
            )
        }
        if !block.held.isEmpty {
            ClaudeFrame.delta(Self.delta(block.kind), block.held, block: closedBlocks, to: &output)
        }
        if let signature = block.signature {
            ClaudeFrame.delta(.signature, signature, block: closedBlocks, to: &output)
        }
    }

    private mutating func closeFirst(into output: inout [UInt8]) {
        guard !blocks.isEmpty else { return }
        ClaudeFrame.blockStop(block: closedBlocks, to: &output)
        blocks.removeFirst()
        closedBlocks += 1
        guard let next = blocks.first else { return }
        heldCount -= next.held.utf8.count
        openFirst(into: &output)
        blocks[0].held = ""
    }

    private static func delta(_ kind: Block.Kind) -> ClaudeFrame.Delta {
        switch kind {
        case .text: .text
        case .thought: .thought
        case .call: .arguments
        }
    }

    private mutating func overflow(into output: inout [UInt8]) {
        let error = ProviderError(
            type: "api_error",
            code: "bad_gateway",
            message: "The provider's answer interleaves more calls than can be put in order."
        )
        fail(error, status: 502, requestID: nil, into: &output)
    }
}
