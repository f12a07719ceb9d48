// The body of `…:generateContent`, `…:streamGenerateContent` and `…:countTokens` (protocol: http §3.1, §3.2) as what any
// model can be asked. What Gemini alone can do and what changes the answer is refused (§7); what only tunes is told.

/// Reads Gemini requests.
package enum GeminiRequestReader {
    /// The model and whether a stream is wanted come from the path.
    package static func read(
        _ body: [UInt8],
        model: String,
        isStream: Bool
    ) throws(ConversionRefusal) -> GenerationRequest {
        try Self.read(GeminiNode(body: body), model: model, isStream: isStream)
    }

    /// The body of `…:countTokens`: `{contents}`, or a whole request within `generateContentRequest`.
    package static func readCount(_ body: [UInt8], model: String) throws(ConversionRefusal) -> GenerationRequest {
        let node = try GeminiNode(body: body)
        guard let whole = node.member("generateContentRequest") else {
            return try Self.read(node, model: model, isStream: false)
        }
        _ = try whole.object()
        return try Self.read(whole, model: model, isStream: false)
    }

    private static func read(
        _ body: GeminiNode,
        model: String,
        isStream: Bool
    ) throws(ConversionRefusal) -> GenerationRequest {
        var request = GenerationRequest(model: model)
        request.isStream = isStream
        guard let contents = body.member("contents") else { throw body.missing("contents") }
        request.messages = try GeminiContentReader.messages(contents)
        for (name, node) in body.members { try Self.read(name, node, into: &request) }
        return request
    }

    private static func read(
        _ name: String,
        _ node: GeminiNode,
        into request: inout GenerationRequest
    ) throws(ConversionRefusal) {
        switch name {
        case "contents", "model":
            break
        case "systemInstruction":
            request.system = try Self.system(node)
        case "tools":
            request.tools = try GeminiToolsReader.functions(node, untranslated: &request.untranslated)
        case "toolConfig":
            request.toolChoice = try GeminiToolsReader.choice(node, untranslated: &request.untranslated)
        case "generationConfig":
            try GeminiConfigReader.read(node, into: &request)
        case "serviceTier":
            request.serviceTier = Self.serviceTier(try node.string())
            if request.serviceTier == nil { request.untranslated.append(node.path) }
        case "cachedContent":
            throw node.unsupported("Cached content exists only at Gemini; send the content itself.")
        case "continuationToken":
            throw node.unsupported("Only Gemini can go on with an answer of its own.")
        default:
            // Safety settings, labels, and whatever comes new.
            request.untranslated.append(node.path)
        }
    }

    /// Each text is one instruction; the role, which is of no use there, may be anything.
    private static func system(_ node: GeminiNode) throws(ConversionRefusal) -> [String] {
        _ = try node.object()
        var texts: [String] = []
        for part in try node.member("parts")?.elements() ?? [] {
            for (name, member) in part.members {
                switch name {
                case "text":
                    let text = try member.string()
                    if !text.isEmpty { texts.append(text) }
                case "thought", "thoughtSignature", "partMetadata":
                    break
                default:
                    throw member.unsupported("A system instruction can hold text only.")
                }
            }
        }
        return texts
    }

    /// OpenAI's word for a tier; nil for one that only Gemini has.
    private static func serviceTier(_ tier: String) -> String? {
        switch tier.lowercased() {
        case "standard", "service_tier_standard": "default"
        case "flex", "service_tier_flex": "flex"
        case "priority", "service_tier_priority": "priority"
        case "unspecified", "service_tier_unspecified": "auto"
        default: nil
        }
    }
}
