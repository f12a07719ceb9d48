// A streamed answer as a Gemini client takes it (protocol: http §3.4, §5.4): one chunk per step, as `data: ` lines and blank
// lines and nothing else (§1.8), or as elements of a JSON array.
//
// Calls go out whole: as soon as their arguments are a complete object and all calls before them are out, at the latest
// when the candidate has finished. Finish reasons and usage make the last chunk.

/// Writes one stream.
package struct GeminiStreamWriter: Sendable {
    /// The most calls of one answer that are gathered.
    package static let maximumCalls = 256
    /// Bytes of arguments of calls that have not gone out.
    package static let maximumArgumentBytes = 8 * 1024 * 1024

    private struct Call {
        let start: ToolCallStart
        let candidate: Int
        var arguments: [UInt8] = []
    }

    private var frame: GeminiFrame
    private let identity: AnswerIdentity
    /// `,"modelVersion":…,"responseId":…}`: the end of every chunk.
    private var suffix: [UInt8]
    /// Calls that have not gone out, in their order.
    private var calls: [Call] = []
    private var callCount = 0
    private var argumentBytes = 0
    private var finished: [(reason: String, candidate: Int)] = []
    private var usage: ChatUsage?
    private var isOver = false

    package init(identity: AnswerIdentity) {
        self.identity = identity
        frame = GeminiFrame(isArray: identity.isJSONArray)
        suffix = Self.suffix(model: identity.model, identity)
    }

    private static func suffix(model: String, _ identity: AnswerIdentity) -> [UInt8] {
        var suffix = Array(#","modelVersion":"#.utf8)
        JSONString.append(model, to: &suffix)
        suffix.append(contentsOf: #","responseId":"#.utf8)
        JSONString.append(identity.token, to: &suffix)
        suffix.append(JSONGrammar.closeBrace)
        return suffix
    }

    /// Appends what the client is told of a step.
    package mutating func write(_ event: GenerationEvent, into output: inout [UInt8]) {
        guard !isOver else { return }
        switch event {
        case .started(_, let model):
            if let model { suffix = Self.suffix(model: model, identity) }
        case .text(let text, let candidate), .refusal(let text, let candidate):
            guard !text.isEmpty else { return }
            flushCalls(into: &output)
            part(candidate, into: &output) { Self.append(text: text, to: &$0) }
        case .thought(let text, let candidate):
            guard !text.isEmpty else { return }
            flushCalls(into: &output)
            part(candidate, into: &output) {
                Self.append(text: text, to: &$0)
                $0.append(contentsOf: #","thought":true"#.utf8)
            }
        case .thoughtSignature(let signature, let origin, let candidate):
            // Signatures of others would be taken for Gemini's own when they come back.
            guard origin == .gemini else { return }
            part(candidate, into: &output) {
                $0.append(contentsOf: #""text":"","thought":true,"thoughtSignature":"#.utf8)
                JSONString.append(signature, to: &$0)
            }
        case .toolCallStarted(let start, let candidate):
            flushCalls(into: &output)
            callCount += 1
            guard callCount <= Self.maximumCalls else { return overflow(into: &output) }
            calls.append(Call(start: start, candidate: candidate))
        case .toolCallArguments(let piece, let index, let candidate):
            add(piece, toCall: index, candidate, into: &output)
        case .finished(let reason, let candidate):
            finish(reason, candidate, into: &output)
        case .usage(let told):
            usage = told
        case .failed(let error):
            fail(error, status: error.status ?? 502, requestID: "", into: &output)
        case .ended:
            end(into: &output)
        }
    }

    /// Ends the stream with an error; it has no other end then.
    package mutating func fail(
        _ error: ProviderError,
        status: Int,
        requestID: String,
        into output: inout [UInt8]
    ) {
        guard !isOver else { return }
        isOver = true
        frame.begin(&output)
        output.append(contentsOf: GeminiErrorBody.body(error, status: status, requestID: requestID))
        frame.end(&output)
        frame.close(&output)
    }

    // MARK: - Calls

    private mutating func add(_ piece: String, toCall index: Int, _ candidate: Int, into output: inout [UInt8]) {
        // A call that is out already was complete: only blanks can follow.
        guard let position = calls.firstIndex(where: { $0.start.index == index && $0.candidate == candidate }) else {
            return
        }
        argumentBytes += piece.utf8.count
        guard argumentBytes <= Self.maximumArgumentBytes else { return overflow(into: &output) }
        calls[position].arguments.append(contentsOf: piece.utf8)
    }

    /// Writes the calls that are complete, up to the first that is not.
    private mutating func flushCalls(into output: inout [UInt8]) {
        while let call = calls.first, Self.isObject(call.arguments) {
            calls.removeFirst()
            write(call, into: &output)
        }
    }

    private mutating func write(_ call: Call, into output: inout [UInt8]) {
        argumentBytes -= call.arguments.count
        part(call.candidate, into: &output) {
            $0.append(contentsOf: #""functionCall":{"id":"#.utf8)
            JSONString.append(call.start.id, to: &$0)
            $0.append(contentsOf: #","name":"#.utf8)
            JSONString.append(call.start.name, to: &$0)
            $0.append(contentsOf: #","args":"#.utf8)
            Self.append(json: call.arguments, to: &$0)
            $0.append(JSONGrammar.closeBrace)
            if let signature = call.start.signature {
                $0.append(contentsOf: #","thoughtSignature":"#.utf8)
                JSONString.append(signature, to: &$0)
            }
        }
    }

    private mutating func overflow(into output: inout [UInt8]) {
        let error = GeminiResponseReader.nonsense("The provider's answer calls more functions than can be kept.")
        fail(error, status: 502, requestID: "", into: &output)
    }

    private static func isObject(_ bytes: [UInt8]) -> Bool {
        let span = bytes.span
        var index = 0
        JSONGrammar.skipBlanks(span, &index, span.count)
        do throws(JSONViolation) {
            guard try JSONGrammar.skipValue(span, &index, span.count, depth: 64) == .object else { return false }
        } catch {
            return false
        }
        JSONGrammar.skipBlanks(span, &index, span.count)
        return index == span.count
    }

    // MARK: - Chunks

    /// A chunk with one part, whose members the closure appends.
    private mutating func part(_ candidate: Int, into output: inout [UInt8], _ members: (inout [UInt8]) -> Void) {
        frame.begin(&output)
        output.append(contentsOf: #"{"candidates":[{"content":{"parts":[{"#.utf8)
        members(&output)
        output.append(contentsOf: #"}],"role":"model"},"index":"#.utf8)
        output.append(contentsOf: String(candidate).utf8)
        output.append(contentsOf: "}]".utf8)
        output.append(contentsOf: suffix)
        frame.end(&output)
    }

    private static func append(text: String, to output: inout [UInt8]) {
        output.append(contentsOf: #""text":"#.utf8)
        JSONString.append(text, to: &output)
    }

    /// Line ends between the tokens of a JSON text would end the `data` line that it stands in.
    private static func append(json: [UInt8], to output: inout [UInt8]) {
        if json.isEmpty { return output.append(contentsOf: "{}".utf8) }
        for byte in json { output.append(byte == 0x0A || byte == 0x0D ? 0x20 : byte) }
    }

    private mutating func finish(_ reason: FinishReason, _ candidate: Int, into output: inout [UInt8]) {
        guard !finished.contains(where: { $0.candidate == candidate }) else { return }
        var word = GeminiFinishReason.write(reason)
        let own = calls.filter { $0.candidate == candidate }
        calls.removeAll { $0.candidate == candidate }
        for call in own {
            if call.arguments.allSatisfy({ $0 <= 0x20 }) || Self.isObject(call.arguments) {
                write(call, into: &output)
            } else if reason == .toolCalls || reason == .stop {
                // Gemini's own word for arguments that are no object; when the answer was cut short, that says it all.
                word = "MALFORMED_FUNCTION_CALL"
            }
        }
        finished.append((word, candidate))
    }

    private mutating func end(into output: inout [UInt8]) {
        isOver = true
        frame.begin(&output)
        output.append(contentsOf: #"{"candidates":["#.utf8)
        for (index, candidate) in finished.enumerated() {
            if index > 0 { output.append(JSONGrammar.comma) }
            output.append(contentsOf: #"{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":""#.utf8)
            output.append(contentsOf: candidate.reason.utf8)
            output.append(contentsOf: #"","index":\#(candidate.candidate)}"#.utf8)
        }
        output.append(JSONGrammar.closeBracket)
        if let usage {
            output.append(contentsOf: #","usageMetadata":"#.utf8)
            GeminiUsage.append(usage, to: &output)
        }
        output.append(contentsOf: suffix)
        frame.end(&output)
        frame.close(&output)
    }
}
