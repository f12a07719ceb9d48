// A whole chat completion in no provider's words (protocol: http §1.3, §4.5, §4.6). Compatibles are met half-way: content as
// an array, thoughts as `reasoning_content` or `reasoning`, calls without ids, `function_call` as it was before tools.

/// Reads chat completions.
package enum OpenAIResponseReader {
    /// The most choices of one answer, and the most calls of one choice.
    package static let choices = 128

    /// Throws what a body tells that is no answer: an error under status 200, or nothing that makes sense.
    package static func read(_ body: [UInt8]) throws(ProviderError) -> GenerationResponse {
        guard let root = try? JSONParser.parse(body), root.isObject else {
            throw nonsense("The provider's answer is not a JSON object.")
        }
        if let error = root["error"], !error.isNull, error != false, let told = OpenAIErrorBody.parse(body) {
            throw told
        }
        guard case .array(let elements)? = root["choices"], !elements.isEmpty, elements.count <= choices else {
            throw nonsense("The provider's answer has no choices.")
        }
        let id = root["id"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        let created = root["created"]?.integer
        var ids = ToolCallID(token: id ?? created.map(String.init) ?? "")
        var candidates: [GenerationCandidate] = []
        for (position, element) in elements.enumerated() {
            candidates.append(try candidate(element, position: position, ids: &ids))
        }
        return GenerationResponse(
            id: id,
            model: root["model"]?.string.flatMap { $0.isEmpty ? nil : $0 },
            created: created.map(Int64.init),
            candidates: candidates,
            usage: ChatUsage.inResponse(body.span)
        )
    }

    /// What is told in the place of an answer that cannot be read.
    static func nonsense(_ message: String) -> ProviderError {
        ProviderError(status: 502, type: "api_error", code: "bad_gateway", message: message)
    }

    private static func candidate(
        _ choice: JSONValue,
        position: Int,
        ids: inout ToolCallID
    ) throws(ProviderError) -> GenerationCandidate {
        guard let message = choice["message"], message.isObject else {
            throw nonsense("A choice of the provider's answer has no message.")
        }
        let finish = choice["finish_reason"]?.string
        var parts = thoughts(of: message) + content(of: message)
        if let refusal = message["refusal"]?.string, !refusal.isEmpty { parts.append(.refusal(refusal)) }
        var calls: [ToolCall] = []
        for call in (message["tool_calls"]?.elements ?? []).prefix(choices) {
            let function = call["function"] ?? .null
            let id = call["id"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? ids.next()
            guard let read = try Self.call(function, id: id, isCut: finish == "length") else { continue }
            calls.append(
                ToolCall(id: id, name: read.name, arguments: read.arguments, signature: OpenAISignature.read(call))
            )
        }
        if calls.isEmpty, let function = message["function_call"], function.isObject,
            let call = try Self.call(function, id: ids.next(), isCut: finish == "length")
        {
            calls.append(call)
        }
        let index = choice["index"]?.integer.flatMap { (0..<choices).contains($0) ? $0 : nil } ?? position
        return GenerationCandidate(
            index: index,
            parts: parts + calls.map { .toolCall($0) },
            finish: OpenAIFinishReason.read(finish, hasCalls: !calls.isEmpty)
        )
    }

    /// A call; nil for one whose arguments stop in the middle since the answer was cut at its length.
    private static func call(
        _ function: JSONValue,
        id: String,
        isCut: Bool
    ) throws(ProviderError) -> ToolCall? {
        guard let name = function["name"]?.string, !name.isEmpty else {
            throw nonsense("A function call of the provider's answer has no name.")
        }
        // Some compatibles send the object itself instead of its text.
        if let arguments = function["arguments"], arguments.isObject {
            return ToolCall(id: id, name: name, arguments: arguments)
        }
        if let arguments = OpenAIArguments.read(function["arguments"]?.string ?? "") {
            return ToolCall(id: id, name: name, arguments: arguments)
        }
        guard isCut else { throw nonsense("The arguments of a function call in the provider's answer are not JSON.") }
        return nil
    }

    private static func thoughts(of message: JSONValue) -> [GenerationPart] {
        let text = [message["reasoning_content"], message["reasoning"]].lazy
            .compactMap { $0?.string }.first { !$0.isEmpty }
        return text.map { [.thought(Thought(text: $0, origin: .openai))] } ?? []
    }

    private static func content(of message: JSONValue) -> [GenerationPart] {
        if let text = message["content"]?.string { return text.isEmpty ? [] : [.text(text)] }
        return (message["content"]?.elements ?? []).compactMap { part in
            switch part["type"]?.string {
            case "text": part["text"]?.string.flatMap { $0.isEmpty ? nil : .text($0) }
            case "refusal": part["refusal"]?.string.flatMap { $0.isEmpty ? nil : .refusal($0) }
            default: nil
            }
        }
    }
}
