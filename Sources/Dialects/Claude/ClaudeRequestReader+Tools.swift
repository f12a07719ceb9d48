// Tools, tool choice, thinking and the shape of the answer in a request (protocol: http §2.2, §4.3, §4.4).

extension ClaudeRequestReader {
    private static let toolMembers: Set<String> = ["type", "name", "description", "input_schema", "strict"]

    mutating func readTools(_ root: ClaudeNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        if let tools = root["tools"] {
            for tool in try tools.elements() { request.tools.append(try self.tool(tool)) }
        }
        guard let choice = root["tool_choice"] else { return }
        let type = try choice.required("type")
        switch try type.text() {
        case "auto": request.toolChoice = .auto
        case "any": request.toolChoice = .required
        case "none": request.toolChoice = ToolChoice.none
        case "tool": request.toolChoice = .function(name: try choice.required("name").text())
        default: throw type.invalid("it must be 'auto', 'any', 'tool' or 'none'.")
        }
        if let disables = choice["disable_parallel_tool_use"] {
            request.allowsParallelToolCalls = try !disables.flag()
        }
    }

    private mutating func tool(_ tool: ClaudeNode) throws(ConversionRefusal) -> FunctionTool {
        if let type = try tool.object()["type"], try type.text() != "custom" {
            throw type.unsupported("tools that a provider runs itself exist with that provider only.")
        }
        let name = try tool.required("name")
        let function = FunctionTool(
            name: try name.text(),
            description: try tool["description"]?.text(),
            parameters: try tool.required("input_schema").object().value,
            isStrict: try tool["strict"]?.flag()
        )
        guard !function.name.isEmpty else { throw name.invalid("it is empty.") }
        for member in tool.value.members where !Self.toolMembers.contains(member.key) && !member.value.isNull {
            leaveOut(member.key)
        }
        return function
    }

    /// Thinking, effort and the shape of the answer, which share `output_config`.
    mutating func readOutput(_ root: ClaudeNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        let config = try root["output_config"]?.object()
        if let effort = config?["effort"] {
            guard let known = Reasoning.Effort(rawValue: try effort.text()), known != .none, known != .minimal else {
                throw effort.invalid("it must be 'low', 'medium', 'high', 'xhigh' or 'max'.")
            }
            request.reasoning = Reasoning(effort: known)
        }
        if let thinking = root["thinking"] { try readThinking(thinking, into: &request) }
        // `output_format` is what the member was called in beta.
        guard let format = config?["format"] ?? root["output_format"] else { return }
        let type = try format.required("type")
        guard try type.text() == "json_schema" else { throw type.invalid("it must be 'json_schema'.") }
        request.outputFormat = .jsonSchema(
            name: nil,
            description: nil,
            schema: try format.required("schema").object().value,
            isStrict: true
        )
    }

    private func readThinking(
        _ thinking: ClaudeNode,
        into request: inout GenerationRequest
    ) throws(ConversionRefusal) {
        let type = try thinking.required("type")
        var reasoning = request.reasoning ?? Reasoning()
        switch try type.text() {
        case "enabled":
            let budget = try thinking.required("budget_tokens")
            let tokens = try budget.integer()
            guard tokens > 0 else { throw budget.invalid("it must be positive.") }
            reasoning.budgetTokens = tokens
        case "adaptive", "between_tools":
            reasoning.isAdaptive = true
        case "disabled":
            // Effort without thinking tunes the words of the answer only.
            request.reasoning = Reasoning(effort: Reasoning.Effort.none)
            return
        default:
            throw type.invalid("it must be 'enabled', 'adaptive', 'between_tools' or 'disabled'.")
        }
        // Whoever asks Claude to think is shown the thoughts, unless they say otherwise.
        reasoning.includesThoughts = try thinking["display"]?.text() != "omitted"
        request.reasoning = reasoning
    }
}
