// The `generationConfig` of a Gemini request (protocol: http §3.2, §4.3).

/// Reads generation configurations.
enum GeminiConfigReader {
    /// What has to be seen together before it means something.
    private struct Gathered {
        var mimeType: GeminiNode?
        var schema: JSONValue?
        var wantsLogprobs = false
        var logprobs: Int?
    }

    static func read(_ config: GeminiNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        _ = try config.object()
        var gathered = Gathered()
        for (name, node) in config.members {
            guard try !Self.readSampling(name, node, into: &request.sampling) else { continue }
            switch name {
            case "maxOutputTokens":
                request.maximumTokens = try node.count()
            case "candidateCount":
                request.candidateCount = try node.count()
            case "stopSequences":
                request.stop = try node.strings().filter { !$0.isEmpty }
            case "responseMimeType":
                gathered.mimeType = node
            case "responseSchema":
                let schema = GeminiSchema.jsonSchema(try node.object().value)
                gathered.schema = gathered.schema ?? schema
            case "responseJsonSchema":
                gathered.schema = node.value
            case "responseLogprobs":
                gathered.wantsLogprobs = try node.bool()
            case "logprobs":
                gathered.logprobs = try node.count()
            case "thinkingConfig":
                request.reasoning = try GeminiThinking.read(node)
            case "responseModalities":
                let isText = try node.strings().allSatisfy { $0.uppercased() == "TEXT" || $0 == "MODALITY_UNSPECIFIED" }
                guard isText else { throw node.unsupported("Only text can be asked of it.") }
            default:
                // Media resolution, speech and image settings, and whatever comes new.
                request.untranslated.append(node.path)
            }
        }
        if gathered.wantsLogprobs { request.logprobs = gathered.logprobs ?? 0 }
        request.outputFormat = try Self.format(gathered)
    }

    /// Whether the member was one of those that tune the choice of each token.
    private static func readSampling(
        _ name: String,
        _ node: GeminiNode,
        into sampling: inout Sampling
    ) throws(ConversionRefusal) -> Bool {
        switch name {
        case "temperature": sampling.temperature = try node.number()
        case "topP": sampling.topP = try node.number()
        case "topK": sampling.topK = try node.count()
        case "presencePenalty": sampling.presencePenalty = try node.number()
        case "frequencyPenalty": sampling.frequencyPenalty = try node.number()
        case "seed": sampling.seed = try node.integer()
        default: return false
        }
        return true
    }

    private static func format(_ gathered: Gathered) throws(ConversionRefusal) -> OutputFormat? {
        switch try gathered.mimeType?.string() {
        case "application/json"?, nil, ""?:
            if let schema = gathered.schema {
                return .jsonSchema(name: nil, description: nil, schema: schema, isStrict: nil)
            }
            return gathered.mimeType?.value.string == "application/json" ? .jsonObject : nil
        case "text/plain"?:
            return .text
        case .some:
            let node = gathered.mimeType ?? GeminiNode(.null, path: "generationConfig.responseMimeType")
            throw node.unsupported("Other providers answer with text or JSON.")
        }
    }
}
