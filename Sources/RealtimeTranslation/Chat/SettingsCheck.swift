// Checks of the values that a session and a response share (realtime §3, §4), against the protocol and against what a chat
// model behind this session can do.

import Dialects

/// Refuses values that the protocol does not have, and those that would be silently without effect.
struct SettingsCheck: Sendable {
    let canTranscribe: Bool
    let canSpeak: Bool
    let limits: ConversationLimits

    private static let toolMembers: Set<String> = ["type", "name", "description", "parameters", "strict"]
    /// Temperatures that any dialect takes.
    private static let temperatures = 0.0...2.0

    init(_ description: ChatSessionDescription) {
        self.canTranscribe = description.canTranscribe
        self.canSpeak = description.canSpeak
        self.limits = description.limits
    }

    /// Refuses members of an object that are not in `allowed`; `path` is the object's own, empty for an event.
    static func members(_ value: JSONValue, of path: String, allowed: Set<String>) throws(SessionRefusal) {
        guard value.isObject else { throw .type(path, "an object") }
        for member in value.members where !allowed.contains(member.key) {
            throw .unknown(path.isEmpty ? member.key : "\(path).\(member.key)")
        }
        // Names may come twice in JSON, and a hundred thousand times.
        guard value.members.count <= allowed.count else {
            throw .value(path.isEmpty ? "event" : path, "an object with each of its members once is expected.")
        }
    }

    /// Checks what a session and a response have in common; null is for the caller to have taken out.
    func common(_ value: JSONValue, at path: String) throws(SessionRefusal) {
        if let text = value["instructions"], text.string == nil { throw .type("\(path).instructions", "a string") }
        try modalities(value["output_modalities"], at: "\(path).output_modalities")
        try tokens(value["max_output_tokens"], at: "\(path).max_output_tokens")
        try tools(value["tools"], at: "\(path).tools")
        try toolChoice(value["tool_choice"], at: "\(path).tool_choice")
        try reasoning(value["reasoning"], at: "\(path).reasoning")
        if let flag = value["parallel_tool_calls"], flag.bool == nil {
            throw .type("\(path).parallel_tool_calls", "a boolean")
        }
        if let temperature = value["temperature"] {
            guard let number = temperature.double else { throw .type("\(path).temperature", "a number") }
            guard Self.temperatures.contains(number) else {
                throw .value("\(path).temperature", "a number from 0 to 2 is expected.")
            }
        }
        if value["prompt"] != nil {
            throw .unsupported("\(path).prompt", "stored prompts are not available here: send 'instructions' instead.")
        }
    }

    /// Refuses settings that are too much to hold.
    func size(_ value: JSONValue, at path: String) throws(SessionRefusal) {
        guard value.rendered.count <= limits.settingsBytes else {
            throw .tooMuch("settings_too_large", "Settings may take at most \(limits.settingsBytes) bytes.", path)
        }
    }

    private func modalities(_ value: JSONValue?, at path: String) throws(SessionRefusal) {
        guard let value else { return }
        guard value.isArray else { throw .type(path, "an array") }
        if value == ["text"] { return }
        guard value == ["audio"] else { throw .value(path, "supported are [\"text\"] and [\"audio\"].") }
        guard canSpeak else {
            throw .unsupported(
                path,
                "this is a chat model without speech: its configuration names no 'speech.synthesis'. Ask for [\"text\"]."
            )
        }
    }

    private func tokens(_ value: JSONValue?, at path: String) throws(SessionRefusal) {
        guard let value, value.string != "inf" else { return }
        guard let number = value.integer, number >= 1 else {
            throw .value(path, "\"inf\" or a whole number from 1 is expected.")
        }
    }

    private func reasoning(_ value: JSONValue?, at path: String) throws(SessionRefusal) {
        guard let value else { return }
        try Self.members(value, of: path, allowed: ["effort"])
        guard let effort = value["effort"], !effort.isNull else { return }
        guard let text = effort.string else { throw .type("\(path).effort", "a string") }
        guard Reasoning.Effort(rawValue: text) != nil else {
            let known = Reasoning.Effort.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
            throw .value("\(path).effort", "supported are \(known).")
        }
    }

    private func tools(_ value: JSONValue?, at path: String) throws(SessionRefusal) {
        guard let value else { return }
        guard value.isArray else { throw .type(path, "an array") }
        guard value.elements.count <= limits.tools else {
            throw .value(path, "at most \(limits.tools) tools are taken.")
        }
        var names: Set<String> = []
        for (index, tool) in value.elements.enumerated() {
            let name = try toolName(tool, at: "\(path)[\(index)]")
            guard names.insert(name).inserted else {
                throw .value("\(path)[\(index)].name", "another tool has the same name.")
            }
        }
    }

    private func toolName(_ tool: JSONValue, at path: String) throws(SessionRefusal) -> String {
        guard tool.isObject else { throw .type(path, "an object") }
        guard let type = tool["type"] else { throw .missing("\(path).type") }
        if type == "mcp" {
            throw .unsupported("\(path).type", "MCP servers are not called from here: offer functions instead.")
        }
        guard type == "function" else { throw .value("\(path).type", "supported is 'function'.") }
        guard let name = tool["name"] else { throw .missing("\(path).name") }
        guard let text = name.string else { throw .type("\(path).name", "a string") }
        guard !text.isEmpty else { throw .value("\(path).name", "a name is expected.") }
        try Self.members(tool, of: path, allowed: Self.toolMembers)
        if let description = tool["description"], description.string == nil, !description.isNull {
            throw .type("\(path).description", "a string")
        }
        if let parameters = tool["parameters"], !parameters.isObject, !parameters.isNull {
            throw .type("\(path).parameters", "an object")
        }
        if let strict = tool["strict"], strict.bool == nil, !strict.isNull {
            throw .type("\(path).strict", "a boolean")
        }
        return text
    }

    private func toolChoice(_ value: JSONValue?, at path: String) throws(SessionRefusal) {
        guard let value else { return }
        if let word = value.string {
            guard ["auto", "none", "required"].contains(word) else {
                throw .value(path, "supported are 'auto', 'none', 'required' and a function.")
            }
            return
        }
        guard value.isObject else { throw .type(path, "a string or an object") }
        if value["type"] == "mcp" {
            throw .unsupported("\(path).type", "MCP servers are not called from here: name a function instead.")
        }
        guard value["type"] == "function" else { throw .value("\(path).type", "supported is 'function'.") }
        guard value["name"]?.string != nil else { throw .missing("\(path).name") }
        try Self.members(value, of: path, allowed: ["type", "name"])
    }
}
