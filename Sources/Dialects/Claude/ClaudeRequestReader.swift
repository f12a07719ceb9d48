// The body of `POST /v1/messages` and of `/v1/messages/count_tokens` (protocol: http §2.2) to a request in no provider's
// words. What no other provider could serve is refused (§7); what only tunes and has no place there is named.

/// Reads requests in the Claude dialect.
package struct ClaudeRequestReader {
    /// How many names of left-out members are told, and how long each may be.
    static let untranslatedNames = 64
    static let untranslatedNameBytes = 64

    /// Top-level members that are read; any other one is named as untranslated.
    private static let members: Set<String> = [
        "model", "messages", "max_tokens", "stream", "system", "tools", "tool_choice", "stop_sequences", "temperature",
        "top_p", "top_k", "thinking", "output_config", "output_format", "metadata", "service_tier", "container",
        "mcp_servers",
    ]

    private(set) var untranslated: [String] = []
    /// The functions of earlier calls, by the id of the call.
    var calledNames: [String: String] = [:]

    /// A request for an answer.
    package static func read(_ body: [UInt8]) throws(ConversionRefusal) -> GenerationRequest {
        let root = try JSONNode(parsing: body).object()
        var reader = ClaudeRequestReader()
        var request = try reader.common(root)
        let limit = try root.required("max_tokens")
        let maximum = try limit.integer()
        guard maximum >= 0 else { throw limit.invalid("must not be negative") }
        // §2.2: zero only warms Claude's cache.
        guard maximum > 0 else {
            throw limit.unsupported("Only Claude can be asked for no answer at all; set at least 1.")
        }
        request.maximumTokens = maximum
        request.isStream = try root.member("stream")?.bool() ?? false
        request.untranslated = reader.untranslated
        return request
    }

    /// A request to count the tokens of a request for an answer (§2.6), which sets no bound and asks for no stream.
    package static func readCount(_ body: [UInt8]) throws(ConversionRefusal) -> GenerationRequest {
        let root = try JSONNode(parsing: body).object()
        var reader = ClaudeRequestReader()
        var request = try reader.common(root)
        request.untranslated = reader.untranslated
        return request
    }

    private mutating func common(_ root: JSONNode) throws(ConversionRefusal) -> GenerationRequest {
        var request = GenerationRequest(model: try root.required("model").name())
        if let system = root.member("system") { request.system = try systemTexts(system) }
        try readMessages(try root.required("messages"), into: &request)
        try readTools(root, into: &request)
        try readSampling(root, into: &request)
        try readOutput(root, into: &request)
        request.userID = try root.member("metadata")?.object().member("user_id")?.string()
        request.serviceTier = try serviceTier(root)
        if let container = root.member("container") {
            throw container.unsupported("Containers belong to tools that Claude runs itself.")
        }
        if let servers = root.member("mcp_servers"), try !servers.elements().isEmpty {
            throw servers.unsupported("The provider of this model calls no MCP servers by itself.")
        }
        for member in root.value.members where !Self.members.contains(member.key) && !member.value.isNull {
            leaveOut(member.key)
        }
        return request
    }

    /// Names a member that was there, only tunes, and goes no further.
    ///
    /// The names end up in a header of the answer, so one that is too long or no plain word becomes `?`.
    mutating func leaveOut(_ name: String) {
        let isPlain = name.utf8.count <= Self.untranslatedNameBytes && ClaudeToolIDs.replaced(name) == name
        let told = isPlain ? name : "?"
        guard untranslated.count < Self.untranslatedNames, !untranslated.contains(told) else { return }
        untranslated.append(told)
    }

    /// Names what is there of cache hints and the like.
    mutating func leaveOut(of node: JSONNode, _ names: String...) {
        for name in names where node.member(name) != nil { leaveOut(name) }
    }

    private mutating func readSampling(
        _ root: JSONNode,
        into request: inout GenerationRequest
    ) throws(ConversionRefusal) {
        if let temperature = root.member("temperature") {
            let value = try temperature.number()
            guard (0...1).contains(value) else { throw temperature.invalid("must be from 0 to 1") }
            request.sampling.temperature = value
        }
        if let topP = root.member("top_p") {
            let value = try topP.number()
            guard (0...1).contains(value) else { throw topP.invalid("must be from 0 to 1") }
            request.sampling.topP = value
        }
        if let topK = root.member("top_k") {
            let value = try topK.integer()
            guard value >= 0 else { throw topK.invalid("must not be negative") }
            request.sampling.topK = value
        }
        for stop in try root.member("stop_sequences")?.elements() ?? [] {
            request.stop.append(try stop.string())
        }
    }

    private func serviceTier(_ root: JSONNode) throws(ConversionRefusal) -> String? {
        guard let tier = root.member("service_tier") else { return nil }
        switch try tier.string() {
        case "auto": return "auto"
        case "standard_only": return "default"
        default: throw tier.invalid("must be 'auto' or 'standard_only'")
        }
    }
}
