// The body of `POST /v1/chat/completions` as a request in no provider's words (protocol: http §1.1, §4, §7).
//
// What would change the meaning of the answer and has no place there is refused under its own path: custom tools, audio
// output, web search, ids of files. What only tunes is listed in `untranslated`. Null stands for absent everywhere, and so
// do, among what only tunes, false and empty containers: they ask for nothing.

/// Reads chat completion requests.
package enum OpenAIRequestReader {
    /// The most names in `untranslated`, which end up in a header of the answer.
    package static let untranslatedNames = 32
    /// The longest such name; what is longer or no plain word is listed as `?`.
    package static let untranslatedNameBytes = 64

    /// Reads a body of any content.
    package static func read(_ body: [UInt8]) throws(ConversionRefusal) -> GenerationRequest {
        let root = try JSONNode(parsing: body).object()
        var request = GenerationRequest(model: try root.required("model").name())
        try OpenAIMessageReader.read(try root.required("messages"), into: &request)
        try readTools(root, into: &request)
        try readBounds(root, into: &request)
        try readSampling(root, into: &request)
        try readShape(root, into: &request)
        try readStream(root, into: &request)
        try refuseUnsayable(root)
        request.serviceTier = try root.member("service_tier")?.string()
        let user = try root.member("user")?.string()
        request.userID = try root.member("safety_identifier")?.string() ?? user
        collectUntranslated(root, into: &request)
        return request
    }

    private static func readBounds(_ root: JSONNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        let former = try root.member("max_tokens")?.integer(from: 1)
        request.maximumTokens = try root.member("max_completion_tokens")?.integer(from: 1) ?? former
        request.candidateCount = try root.member("n")?.integer(from: 1)
        guard let stop = root.member("stop") else { return }
        if stop.value.string != nil {
            request.stop = [try stop.string()]
        } else {
            guard stop.value.isArray else { throw stop.wrongType("a string or an array of strings") }
            for element in try stop.elements() { request.stop.append(try element.string()) }
        }
        request.stop.removeAll { $0.isEmpty }
    }

    private static func readSampling(_ root: JSONNode, into request: inout GenerationRequest) throws(ConversionRefusal)
    {
        request.sampling.temperature = try root.member("temperature")?.number()
        request.sampling.topP = try root.member("top_p")?.number()
        // Not OpenAI's own, but what its compatibles call it.
        request.sampling.topK = try root.member("top_k")?.integer()
        request.sampling.presencePenalty = try root.member("presence_penalty")?.number()
        request.sampling.frequencyPenalty = try root.member("frequency_penalty")?.number()
        request.sampling.seed = try root.member("seed")?.integer()
        if try root.member("logprobs")?.bool() == true { request.logprobs = 0 }
        guard let alternatives = root.member("top_logprobs") else { return }
        let count = try alternatives.integer(from: 0)
        guard count <= 20 else { throw alternatives.invalid("must be at most 20") }
        guard request.logprobs != nil || count == 0 else { throw alternatives.invalid("needs 'logprobs' to be true") }
        if request.logprobs != nil { request.logprobs = count }
    }

    private static func readShape(_ root: JSONNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        if let effort = root.member("reasoning_effort") {
            guard let known = Reasoning.Effort(rawValue: try effort.string()) else {
                let names = Reasoning.Effort.allCases.map(\.rawValue).joined(separator: ", ")
                throw effort.invalid("must be one of \(names)")
            }
            request.reasoning = Reasoning(effort: known)
        }
        guard let format = try root.member("response_format")?.object() else { return }
        let type = try format.required("type")
        switch try type.string() {
        case "text": request.outputFormat = .text
        case "json_object": request.outputFormat = .jsonObject
        case "json_schema":
            let wrapper = try format.required("json_schema").object()
            request.outputFormat = .jsonSchema(
                name: try wrapper.member("name")?.name(),
                description: try wrapper.member("description")?.string(),
                schema: try wrapper.required("schema").object().value,
                isStrict: try wrapper.member("strict")?.bool()
            )
        default: throw type.unsupported("This response format cannot be translated for the provider of this model.")
        }
    }

    private static func readStream(_ root: JSONNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        request.isStream = try root.member("stream")?.bool() ?? false
        guard let options = try root.member("stream_options")?.object() else { return }
        request.includesUsage = try options.member("include_usage")?.bool() ?? false
    }

    /// What asks for another kind of answer (http §7).
    private static func refuseUnsayable(_ root: JSONNode) throws(ConversionRefusal) {
        if let modalities = root.member("modalities") {
            for modality in try modalities.elements() where try modality.string() != "text" {
                throw modality.unsupported("The provider of this model can answer in text only.")
            }
        }
        if let search = root.member("web_search_options") {
            throw ConversionRefusal(
                code: "unsupported_parameter",
                param: search.path,
                message: "OpenAI's own web search is not to be had from the provider of this model."
            )
        }
    }

    private static func collectUntranslated(_ root: JSONNode, into request: inout GenerationRequest) {
        for member in root.value.members where !translated.contains(member.key) && asksForSomething(member.value) {
            note(member.key, in: &request)
        }
    }

    /// Lists a member once, as long as there is room.
    static func note(_ name: String, in request: inout GenerationRequest) {
        let isPlain =
            name.utf8.count <= untranslatedNameBytes && !name.isEmpty
            && name.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
            }
        let listed = isPlain ? name : "?"
        guard request.untranslated.count < untranslatedNames, !request.untranslated.contains(listed) else { return }
        request.untranslated.append(listed)
    }

    private static func asksForSomething(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false): false
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        case .bool, .integer, .decimal, .string: true
        }
    }

    /// Members that are read above, or mean nothing to the provider (`stream_options` is the relay's own affair).
    private static let translated: Set<String> = [
        "model", "messages", "tools", "tool_choice", "parallel_tool_calls", "functions", "function_call", "max_tokens",
        "max_completion_tokens", "n", "stop", "temperature", "top_p", "top_k", "presence_penalty", "frequency_penalty",
        "seed", "logprobs", "top_logprobs", "reasoning_effort", "response_format", "stream", "stream_options",
        "modalities", "web_search_options", "service_tier", "user", "safety_identifier",
    ]
}
