// The `tools` and `toolConfig` of a Gemini request (protocol: http §3.2, §4.4).

/// Reads tools and how they are to be chosen.
enum GeminiToolsReader {
    /// Functions only: every other tool is one that Google runs.
    static func functions(
        _ tools: GeminiNode,
        untranslated: inout [String]
    ) throws(ConversionRefusal) -> [FunctionTool] {
        var functions: [FunctionTool] = []
        for tool in try tools.elements() {
            _ = try tool.object()
            for (name, node) in tool.members {
                guard name == "functionDeclarations" else {
                    throw node.unsupported("It is a tool that only Gemini has.")
                }
                for declaration in try node.elements() {
                    functions.append(try Self.function(declaration, untranslated: &untranslated))
                }
            }
        }
        return functions
    }

    private static func function(
        _ node: GeminiNode,
        untranslated: inout [String]
    ) throws(ConversionRefusal) -> FunctionTool {
        _ = try node.object()
        guard let name = try node.member("name")?.string(), !name.isEmpty else { throw node.missing("name") }
        var function = FunctionTool(name: name)
        for (name, member) in node.members {
            switch name {
            case "name":
                break
            case "description":
                function.description = try member.string()
            case "parameters":
                let schema = GeminiSchema.jsonSchema(try member.object().value)
                function.parameters = function.parameters ?? schema
            case "parametersJsonSchema":
                function.parameters = try member.object().value
            default:
                untranslated.append(member.path)
            }
        }
        return function
    }

    static func choice(
        _ config: GeminiNode,
        untranslated: inout [String]
    ) throws(ConversionRefusal) -> ToolChoice? {
        _ = try config.object()
        var choice: ToolChoice?
        for (name, node) in config.members {
            if name == "functionCallingConfig" {
                choice = try Self.calling(node, untranslated: &untranslated)
            } else {
                untranslated.append(node.path)
            }
        }
        return choice
    }

    private static func calling(
        _ config: GeminiNode,
        untranslated: inout [String]
    ) throws(ConversionRefusal) -> ToolChoice? {
        _ = try config.object()
        for (name, node) in config.members where name != "mode" && name != "allowedFunctionNames" {
            untranslated.append(node.path)
        }
        let names = try config.member("allowedFunctionNames")?.strings() ?? []
        let mode = config.member("mode")
        switch try mode?.string() {
        case "ANY"?:
            if let only = names.first, names.count == 1 { return .function(name: only) }
            return names.isEmpty ? .required : .allowed(names: names, isRequired: true)
        case "NONE"?:
            return ToolChoice.none
        case "VALIDATED"?:
            // Calls that follow their schema to the letter are a matter of each tool elsewhere.
            untranslated.append(mode?.path ?? "mode")
            return names.isEmpty ? .auto : .allowed(names: names, isRequired: false)
        case "AUTO"?, "MODE_UNSPECIFIED"?, nil:
            if !names.isEmpty { return .allowed(names: names, isRequired: false) }
            return mode == nil ? nil : .auto
        case .some:
            throw mode?.wrongValue("It must be AUTO, ANY, NONE or VALIDATED.") ?? config.missing("mode")
        }
    }
}
