// A streamed answer as chat chunks (protocol: http §1.4, §5.1, §5.3). Bytes are appended; of the answer only what the end
// needs is kept: which calls had no arguments yet, and the last usage.
//
// An end is written only when `.ended` is told, and a failure ends the stream with an error event and no `[DONE]` (§6).

/// Writes one chat stream.
package struct OpenAIStreamWriter: Sendable {
    private struct Candidate: Sendable {
        var index: Int
        var isFinished = false
        var hasCalls = false
        /// Calls that were started and have no arguments yet.
        var silentCalls: [Int] = []
    }

    private let identity: AnswerIdentity
    /// What all chunks start with, up to the array of choices.
    private var opening: [UInt8] = []
    private var candidates: [Candidate] = []
    private var usage: ChatUsage?
    private var isOver = false

    package init(identity: AnswerIdentity) {
        self.identity = identity
    }

    /// Appends the chunks that an event makes, if any.
    package mutating func write(_ event: GenerationEvent, into output: inout [UInt8]) {
        guard !isOver else { return }
        switch event {
        case .started(_, let model):
            start(model: model)
            _ = position(of: 0, &output)
        case .text(let text, let candidate):
            write("content", text, candidate, &output)
        case .refusal(let text, let candidate):
            write("refusal", text, candidate, &output)
        case .thought(let text, let candidate):
            if identity.showsThoughts { write("reasoning_content", text, candidate, &output) }
        case .thoughtSignature:
            // There is no place for the signature of a thought; those of calls go with their calls.
            break
        case .toolCallStarted(let call, let candidate):
            start(call, candidate, &output)
        case .toolCallArguments(let arguments, let index, let candidate):
            write(arguments: arguments, index, candidate, &output)
        case .finished(let reason, let candidate):
            finish(reason, candidate, &output)
        case .usage(let told):
            usage = told
        case .failed(let error):
            fail(error, status: error.status ?? 502, requestID: "", into: &output)
        case .ended:
            end(&output)
        }
    }

    /// Appends an error event, behind which nothing follows.
    package mutating func fail(_ error: ProviderError, status: Int, requestID: String, into output: inout [UInt8]) {
        guard !isOver else { return }
        isOver = true
        output.append(contentsOf: OpenAIErrorBody.shaped(error, status: status).streamEvent)
    }

    private mutating func start(model: String?) {
        guard opening.isEmpty else { return }
        opening.append(contentsOf: #"data: {"id":"#.utf8)
        JSONString.append("chatcmpl-\(identity.token)", to: &opening)
        opening.append(contentsOf: #","object":"chat.completion.chunk","created":\#(identity.created),"model":"#.utf8)
        JSONString.append(model ?? identity.model, to: &opening)
        opening.append(contentsOf: #","choices":["#.utf8)
    }

    /// Where a candidate is; one that is new says its role first.
    private mutating func position(of index: Int, _ output: inout [UInt8]) -> Int {
        if let position = candidates.firstIndex(where: { $0.index == index }) { return position }
        start(model: nil)
        candidates.append(Candidate(index: index))
        openChunk(index, &output)
        Self.append(#"{"role":"assistant","content":"","refusal":null}"#, to: &output)
        closeChunk(reason: nil, &output)
        return candidates.count - 1
    }

    private func openChunk(_ candidate: Int, _ output: inout [UInt8]) {
        output.append(contentsOf: opening)
        Self.append(#"{"index":"#, to: &output)
        Self.append(candidate, to: &output)
        Self.append(#","delta":"#, to: &output)
    }

    private func closeChunk(reason: StaticString?, _ output: inout [UInt8]) {
        if let reason {
            Self.append(#","logprobs":null,"finish_reason":""#, to: &output)
            Self.append(reason, to: &output)
            Self.append(#""}]"#, to: &output)
        } else {
            Self.append(#","logprobs":null,"finish_reason":null}]"#, to: &output)
        }
        // Who asked for the usage chunk finds the member in every chunk.
        if identity.includesUsage { Self.append(#","usage":null"#, to: &output) }
        Self.append("}\n\n", to: &output)
    }

    private mutating func write(_ name: StaticString, _ text: String, _ candidate: Int, _ output: inout [UInt8]) {
        _ = position(of: candidate, &output)
        guard !text.isEmpty else { return }
        openChunk(candidate, &output)
        Self.append(#"{""#, to: &output)
        Self.append(name, to: &output)
        Self.append(#"":"#, to: &output)
        JSONString.append(text, to: &output)
        output.append(UInt8(ascii: "}"))
        closeChunk(reason: nil, &output)
    }

    private mutating func start(_ call: ToolCallStart, _ candidate: Int, _ output: inout [UInt8]) {
        let position = position(of: candidate, &output)
        candidates[position].hasCalls = true
        candidates[position].silentCalls.append(call.index)
        openChunk(candidate, &output)
        Self.append(#"{"tool_calls":[{"index":"#, to: &output)
        Self.append(call.index, to: &output)
        Self.append(#","id":"#, to: &output)
        JSONString.append(call.id, to: &output)
        Self.append(#","type":"function","function":{"name":"#, to: &output)
        JSONString.append(call.name, to: &output)
        Self.append(#","arguments":""}"#, to: &output)
        if let signature = call.signature {
            Self.append(#","extra_content":"#, to: &output)
            OpenAISignature.extraContent(signature).render(into: &output)
        }
        Self.append("}]}", to: &output)
        closeChunk(reason: nil, &output)
    }

    private mutating func write(arguments: String, _ index: Int, _ candidate: Int, _ output: inout [UInt8]) {
        guard !arguments.isEmpty else { return }
        let position = position(of: candidate, &output)
        if !candidates[position].silentCalls.isEmpty { candidates[position].silentCalls.removeAll { $0 == index } }
        openChunk(candidate, &output)
        Self.append(#"{"tool_calls":[{"index":"#, to: &output)
        Self.append(index, to: &output)
        Self.append(#","function":{"arguments":"#, to: &output)
        JSONString.append(arguments, to: &output)
        Self.append("}}]}", to: &output)
        closeChunk(reason: nil, &output)
    }

    /// Calls without arguments get theirs here, since clients parse what they have: `{}` (http §5.1).
    private mutating func finish(_ reason: FinishReason, _ candidate: Int, _ output: inout [UInt8]) {
        let position = position(of: candidate, &output)
        guard !candidates[position].isFinished else { return }
        candidates[position].isFinished = true
        for index in candidates[position].silentCalls { write(arguments: "{}", index, candidate, &output) }
        openChunk(candidate, &output)
        Self.append("{}", to: &output)
        closeChunk(reason: OpenAIFinishReason.name(reason, hasCalls: candidates[position].hasCalls), &output)
    }

    private mutating func end(_ output: inout [UInt8]) {
        isOver = true
        if candidates.isEmpty { _ = position(of: 0, &output) }
        if identity.includesUsage, let usage {
            output.append(contentsOf: opening)
            Self.append(#"],"usage":"#, to: &output)
            usage.render(into: &output)
            Self.append("}\n\n", to: &output)
        }
        Self.append("data: [DONE]\n\n", to: &output)
    }

    private static func append(_ text: StaticString, to output: inout [UInt8]) {
        unsafe output.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    private static func append(_ number: Int, to output: inout [UInt8]) {
        if (0..<10).contains(number) {
            output.append(0x30 + UInt8(number))
        } else {
            output.append(contentsOf: String(number).utf8)
        }
    }
}
