// A whole answer out of the events of a stream: for a client that wants no stream from a provider that sends one
// (protocol: http §8).
//
// Bounded by whoever feeds it: an answer is never longer than the bytes that told it.

/// Puts an answer together, event by event.
package struct GenerationCollector: Sendable {
    /// What the text under way is.
    private enum Kind {
        case text
        case refusal
        case thought
    }

    /// One candidate as far as it has come; a text grows in place until something else follows it.
    private struct Candidate {
        var parts: [GenerationPart] = []
        var kind: Kind?
        var text = ""
        /// Where in `parts` the call with an index stands, and its arguments' text.
        var calls: [Int: (part: Int, arguments: String)] = [:]
        var finish: FinishReason?

        mutating func extend(_ kind: Kind, with more: String) {
            if self.kind != kind {
                close()
                self.kind = kind
            }
            text += more
        }

        /// Makes a part of the text under way.
        mutating func close() {
            switch kind {
            case .text: parts.append(.text(text))
            case .refusal: parts.append(.refusal(text))
            case .thought: parts.append(.thought(Thought(text: text, origin: .openai)))
            case nil: break
            }
            kind = nil
            text = ""
        }

        mutating func sign(_ signature: String, _ origin: ChatDialect) {
            if kind != .thought { extend(.thought, with: "") }
            let thought = Thought(text: text, signature: signature, origin: origin)
            (kind, text) = (nil, "")
            parts.append(.thought(thought))
        }

        mutating func call(_ start: ToolCallStart) {
            close()
            calls[start.index] = (parts.count, "")
            let call = ToolCall(
                id: start.id,
                name: start.name,
                arguments: .object([]),
                signature: start.signature
            )
            parts.append(.toolCall(call))
        }
    }

    private var id: String?
    private var model: String?
    private var candidates: [Int: Candidate] = [:]
    private var usage: ChatUsage?
    private var error: ProviderError?
    private var isWhole = false

    package init() {}

    /// The answer; throws what the provider said when it failed, or that its stream was cut.
    package func response() throws(ProviderError) -> GenerationResponse {
        if let error { throw error }
        guard isWhole, !candidates.isEmpty else {
            throw ProviderError(status: 502, code: "bad_gateway", message: "The provider ended the stream early.")
        }
        var whole: [GenerationCandidate] = []
        for (index, candidate) in candidates.sorted(by: { $0.key < $1.key }) {
            whole.append(
                GenerationCandidate(
                    index: index,
                    parts: try Self.parts(of: candidate),
                    finish: candidate.finish ?? .stop
                )
            )
        }
        return GenerationResponse(id: id, model: model, candidates: whole, usage: usage)
    }

    /// Takes the next event.
    package mutating func take(_ event: GenerationEvent) {
        guard error == nil, !isWhole else { return }
        switch event {
        case .started(let id, let model):
            self.id = self.id ?? id
            self.model = self.model ?? model
        case .text(let text, let candidate):
            candidates[candidate, default: Candidate()].extend(.text, with: text)
        case .refusal(let text, let candidate):
            candidates[candidate, default: Candidate()].extend(.refusal, with: text)
        case .thought(let text, let candidate):
            candidates[candidate, default: Candidate()].extend(.thought, with: text)
        case .thoughtSignature(let signature, let origin, let candidate):
            candidates[candidate, default: Candidate()].sign(signature, origin)
        case .toolCallStarted(let start, let candidate):
            candidates[candidate, default: Candidate()].call(start)
        case .toolCallArguments(let text, let index, let candidate):
            candidates[candidate]?.calls[index]?.arguments += text
        case .finished(let reason, let candidate):
            candidates[candidate, default: Candidate()].finish = reason
        case .usage(let told):
            usage = told
        case .failed(let told):
            error = told
        case .ended:
            isWhole = true
        }
    }

    private static func parts(of candidate: Candidate) throws(ProviderError) -> [GenerationPart] {
        var candidate = candidate
        candidate.close()
        var parts = candidate.parts
        for (index, arguments) in candidate.calls.values where !arguments.isEmpty {
            guard case .toolCall(var call) = parts[index] else { continue }
            guard let value = object(arguments) else {
                throw ProviderError(
                    status: 502,
                    code: "bad_gateway",
                    message: "The provider called a function with arguments that are no JSON object."
                )
            }
            call.arguments = value
            parts[index] = .toolCall(call)
        }
        return parts
    }

    private static func object(_ text: String) -> JSONValue? {
        guard let value = try? JSONParser.parse(Array(text.utf8)), case .object = value else { return nil }
        return value
    }
}
