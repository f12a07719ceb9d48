// When the simulator calls a tool.
//
// `auto`: the tools the user's last text mentions, by name (`get_weather`), by the name's words ("get weather"), or by
// its words without the verb ("weather"). `required`: those, or else the first tool. A named tool: that one.
// An answer to a tool's output never calls again, so that no conversation goes round in circles.

/// Decides which tools an answer calls.
package enum ToolTrigger {
    private static let verbs: Set<String> = [
        "get", "set", "fetch", "find", "lookup", "look", "up", "search", "list", "create", "make", "read", "write",
        "send", "show", "check", "query", "call", "run", "do", "current",
    ]

    /// The tools to call, in their order; at most one unless parallel calls are allowed.
    package static func tools(
        from tools: [ToolDefinition],
        choice: ToolChoice,
        text: String,
        allowsParallel: Bool
    ) -> [ToolDefinition] {
        let mentioned: [ToolDefinition]
        switch choice {
        case .never: return []
        case .named(let name): return tools.filter { $0.name == name }.prefix(1).map { $0 }
        case .automatic: mentioned = self.mentioned(tools, in: text)
        case .required:
            let found = self.mentioned(tools, in: text)
            mentioned = found.isEmpty ? Array(tools.prefix(1)) : found
        }
        return Array(mentioned.prefix(allowsParallel ? SimulatorLimits.parallelCalls : 1))
    }

    private static func mentioned(_ tools: [ToolDefinition], in text: String) -> [ToolDefinition] {
        let lowered = text.prefix(SimulatorLimits.inspectedCharacters).lowercased()
        let words = Set(self.words(of: lowered))
        return tools.filter { tool in
            if lowered.contains(tool.name.lowercased()) { return true }
            let nouns = self.words(of: tool.name).filter { !self.verbs.contains($0) }
            return !nouns.isEmpty && nouns.allSatisfy(words.contains)
        }
    }

    /// Lower-case words, cut at everything but letters and digits, and before capitals (`getWeather`).
    static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        var wasLower = false
        for character in text {
            let isWord = character.isLetter || character.isNumber
            if !word.isEmpty, !isWord || (wasLower && character.isUppercase) {
                words.append(word.lowercased())
                word = ""
            }
            if isWord { word.append(character) }
            wasLower = character.isLowercase
        }
        if !word.isEmpty { words.append(word.lowercased()) }
        return words
    }
}
