// Tools, tool choice, thinking and the shape of the answer in a request (protocol: http §2.2, §4.3, §4.4).

extension ClaudeRequestReader {
    private static let toolMembers: Set<String> = ["type", "name", "description", "input_schema", "strict"]

    mutating func readTools(_ root: JSONNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        if let tools = root.member("tools") {
            for tool in try tools.elements() { request.tools.append(try self.tool(tool)) }
        }
        guard let choice = root.member("tool_choice") else { return }
        let type = try choice.required("type")
        switch try type.string() {
        case "auto": request.toolChoice = .auto
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = ToolChoice.none
        case "tool": request.toolChoice = .function(name: try choice.required("name").string())
        default: throw type.invalid("must be 'auto', 'any', 'tool' or 'none'")
        }
        if let disables = choice.member("disable_parallel_tool_use") {
            request.allowsParallelToolCalls = try !disables.bool()
        }
    }

    private mutating func tool(_ tool: JSONNode) throws(ConversionRefusal) -> FunctionTool {
        if let type = try tool.object().member("type"), try type.string() != "custom" {
            throw type.unsupported("Tools that Claude runs itself are not to be had from the provider of this model.")
        }
        let name = try tool.required("name")
        let function = FunctionTool(
            name: try name.string(),
            description: try tool.member("description")?.string(),
            parameters: try tool.required("input_schema").object().value,
            isStrict: try tool.member("strict")?.bool()
        )
        guard !function.name.isEmpty else { throw name.invalid("must not be empty") }
        for member in tool.value.members where !Self.toolMembers.contains(member.key) && !member.value.isNull {
            leaveOut(member.key)
        }
        return function
    }

    /// Thinking, effort and the shape of the answer, which share `output_config`.
    mutating func readOutput(_ root: JSONNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        let config = try root.member("output_config")?.object()
        if let effort = config?.member("effort") {
            guard let known = Reasoning.Effort(rawValue: try effort.string()), known != .none, known != .minimal else {
                throw effort.invalid("must be 'low', 'medium', 'high', 'xhigh' or 'max'")
            }
            request.reasoning = Reasoning(effort: known)
        }
        if let thinking = root.member("thinking") { try readThinking(thinking, into: &request) }
        // `output_format` is what the member was called in beta.
        guard let format = config?.member("format") ?? root.member("output_format") else { return }
        let type = try format.required("type")
        guard try type.string() == "json_schema" else { throw type.invalid("must be 'json_schema'") }
        request.outputFormat = .jsonSchema(
            name: nil,
            description: nil,
            schema: try format.required("schema").object().value,
            isStrict: true
        )
    }

    private func readThinking(
        _ thinking: JSONNode,
        into request: inout GenerationRequest
    ) throws(ConversionRefusal) {
        let type = try thinking.required("type")
        var reasoning = request.reasoning ?? Reasoning()
        switch try type.string() {
        case "enabled":
            let budget = try thinking.required("budget_tokens")
            let tokens = try budget.integer()
            guard tokens > 0 else { throw budget.invalid("must be positive") }
            reasoning.budgetTokens = tokens
        case "adaptive", "between_tools":
            reasoning.isAdaptive = true
        case "disabled":
            // Effort without thinking tunes the words of the answer only.
            request.reasoning = Reasoning(effort: Reasoning.Effort.none)
            return
        default:
            throw type.invalid("must be 'enabled', 'adaptive', 'between_tools' or 'disabled'")
        }
        // Whoever asks Claude to think is shown the thoughts, unless they say otherwise.
        reasoning.includesThoughts = try thinking.member("display")?.string() != "omitted"
        request.reasoning = reasoning
    }
}
