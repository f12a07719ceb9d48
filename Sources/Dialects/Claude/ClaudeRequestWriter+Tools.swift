// Tools and tool choice as Claude wants them (protocol: http §4.4).
//
// A conversation that holds calls needs tools; where the client sends none any more, the functions that were called are
// declared again and may not be called.

extension ClaudeRequestWriter {
    /// Names that Claude takes.
    private static let toolNameBytes = 1...128

    private static let emptySchema: JSONValue = ["type": "object", "properties": .object([])]

    mutating func tools() throws(ConversionRefusal) -> [JSONValue] {
        guard !request.tools.isEmpty else { return formerTools() }
        var offered = request.tools
        if case .allowed(let names, _) = request.toolChoice {
            let allowed = Set(names)
            offered.removeAll { !allowed.contains($0.name) }
            guard !offered.isEmpty else {
                throw ConversionRefusal(
                    code: "invalid_value",
                    param: "tool_choice",
                    message: "None of the allowed tools is among 'tools'."
                )
            }
        }
        var tools: [JSONValue] = []
        for tool in offered {
            guard Self.isLegal(tool.name) else {
                throw Self.unsupported(
                    "tools",
                    "Claude takes names of 1 to 128 letters, digits, '_' and '-', not '\(tool.name.prefix(200))'."
                )
            }
            if tool.isStrict == true { drop("strict") }
            var value: JSONValue = ["name": .string(tool.name)]
            if let description = tool.description, !description.isEmpty { value["description"] = .string(description) }
            value["input_schema"] = Self.schema(tool.parameters)
            tools.append(value)
        }
        return tools
    }

    private static func isLegal(_ name: String) -> Bool {
        toolNameBytes.contains(name.utf8.count) && ClaudeToolIDs.replaced(name) == name
    }

    /// Claude demands that a schema says that it describes an object.
    private static func schema(_ parameters: JSONValue?) -> JSONValue {
        guard let parameters, parameters.isObject else { return emptySchema }
        if parameters["type"] != nil { return parameters }
        return .object([JSONField("type", "object")] + parameters.members)
    }

    private func formerTools() -> [JSONValue] {
        var names: [String] = []
        var known: Set<String> = []
        for message in request.messages {
            for case .toolCall(let call) in message.parts where known.insert(call.name).inserted {
                names.append(call.name)
            }
        }
        return names.map { ["name": .string($0), "input_schema": Self.emptySchema] }
    }

    func toolChoice(hasTools: Bool) throws(ConversionRefusal) -> JSONValue? {
        guard !request.tools.isEmpty else {
            switch request.toolChoice {
            case nil, .auto, ToolChoice.none?: return hasTools ? ["type": "none"] : nil
            case .required, .function, .allowed:
                throw ConversionRefusal(
                    code: "invalid_value",
                    param: "tool_choice",
                    message: "A tool cannot be required where there are no 'tools'."
                )
            }
        }
        var choice: JSONValue
        switch request.toolChoice {
        case nil:
            guard request.allowsParallelToolCalls == false else { return nil }
            choice = ["type": "auto"]
        case .auto: choice = ["type": "auto"]
        case ToolChoice.none?: return ["type": "none"]
        case .required: choice = ["type": "any"]
        case .function(let name): choice = ["type": "tool", "name": .string(name)]
        case .allowed(_, let isRequired): choice = ["type": isRequired ? "any" : "auto"]
        }
        if request.allowsParallelToolCalls == false { choice["disable_parallel_tool_use"] = true }
        return choice
    }
}
