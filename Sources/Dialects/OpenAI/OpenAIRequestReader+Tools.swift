// Tools and the choice among them (protocol: http §1.1, §4.4), the older `functions` and `function_call` included.

extension OpenAIRequestReader {
    static func readTools(_ root: JSONNode, into request: inout GenerationRequest) throws(ConversionRefusal) {
        let tools = root.member("tools")
        for tool in try tools?.elements() ?? [] {
            let type = try tool.object().required("type")
            guard try type.string() == "function" else {
                throw type.unsupported(
                    "Only tools of type 'function' can be translated for the provider of this model."
                )
            }
            request.tools.append(try function(try tool.required("function").object()))
        }
        request.allowsParallelToolCalls = try root.member("parallel_tool_calls")?.bool()
        if let choice = root.member("tool_choice") { request.toolChoice = try toolChoice(choice) }
        if let functions = root.member("functions") {
            guard tools == nil else { throw functions.invalid("cannot stand beside 'tools'") }
            for element in try functions.elements() { request.tools.append(try function(try element.object())) }
        }
        if let call = root.member("function_call"), request.toolChoice == nil {
            request.toolChoice = try formerChoice(call)
        }
    }

    private static func function(_ function: JSONNode) throws(ConversionRefusal) -> FunctionTool {
        FunctionTool(
            name: try function.required("name").name(),
            description: try function.member("description")?.string(),
            parameters: try function.member("parameters")?.object().value,
            isStrict: try function.member("strict")?.bool()
        )
    }

    private static func toolChoice(_ choice: JSONNode) throws(ConversionRefusal) -> ToolChoice {
        if let word = choice.value.string {
            switch word {
            case "auto": return .auto
            case "none": return .none
            case "required": return .required
            default: throw choice.invalid("must be 'none', 'auto', 'required' or an object")
            }
        }
        guard choice.value.isObject else { throw choice.wrongType("a string or an object") }
        let type = try choice.required("type")
        switch try type.string() {
        case "function":
            return .function(name: try choice.required("function").object().required("name").name())
        case "allowed_tools":
            return try allowedTools(try choice.required("allowed_tools").object())
        default:
            throw type.unsupported("Only a choice of functions can be translated for the provider of this model.")
        }
    }

    private static func allowedTools(_ allowed: JSONNode) throws(ConversionRefusal) -> ToolChoice {
        let mode = try allowed.required("mode")
        let isRequired: Bool
        switch try mode.string() {
        case "auto": isRequired = false
        case "required": isRequired = true
        default: throw mode.invalid("must be 'auto' or 'required'")
        }
        var names: [String] = []
        for tool in try allowed.required("tools").elements() {
            let type = try tool.object().required("type")
            guard try type.string() == "function" else {
                throw type.unsupported(
                    "Only tools of type 'function' can be translated for the provider of this model."
                )
            }
            names.append(try tool.required("function").object().required("name").name())
        }
        return .allowed(names: names, isRequired: isRequired)
    }

    private static func formerChoice(_ call: JSONNode) throws(ConversionRefusal) -> ToolChoice {
        if let word = call.value.string {
            switch word {
            case "auto": return .auto
            case "none": return .none
            default: throw call.invalid("must be 'none', 'auto' or an object")
            }
        }
        guard call.value.isObject else { throw call.wrongType("a string or an object") }
        return .function(name: try call.required("name").name())
    }
}
