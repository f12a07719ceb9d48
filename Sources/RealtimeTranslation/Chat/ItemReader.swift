// Items as clients send them (realtime §6), for the conversation and for the input of one response.

import Dialects

/// Reads items.
struct ItemReader {
    /// Where the item stands in the client's event, for refusals.
    let path: String
    /// Why audio is not taken here, and what would help; nil where it is.
    let deafness: String?

    /// Audio that came with an item and is to be transcribed, by the index of its part.
    struct Sound: Equatable {
        let part: Int
        let audio: [UInt8]
    }

    /// The longest id of an item that a client may choose, in bytes.
    private static let idBytes = 64
    private static let messageMembers: Set<String> = ["id", "object", "type", "status", "role", "content"]
    private static let callMembers: Set<String> = ["id", "object", "type", "status", "call_id", "name", "arguments"]
    private static let outputMembers: Set<String> = ["id", "object", "type", "status", "call_id", "output"]

    private(set) var sounds: [Sound] = []

    init(path: String, deafness: String?) {
        self.path = path
        self.deafness = deafness
    }

    /// Reads one; its id is the client's or drawn from `identifiers`.
    mutating func read(
        _ value: JSONValue,
        identifiers: inout IdentifierSource
    ) throws(SessionRefusal) -> ConversationItem {
        guard value.isObject else { throw .type(path, "an object") }
        guard let type = value["type"] else { throw .missing("\(path).type") }
        let kind: ConversationItem.Kind
        switch type.string {
        case "message"?:
            try SettingsCheck.members(value, of: path, allowed: Self.messageMembers)
            kind = try message(value)
        case "function_call"?:
            try SettingsCheck.members(value, of: path, allowed: Self.callMembers)
            kind = try call(value, identifiers: &identifiers)
        case "function_call_output"?:
            try SettingsCheck.members(value, of: path, allowed: Self.outputMembers)
            kind = .callOutput(callID: try text("call_id", of: value), output: try text("output", of: value))
        case "mcp_call"?, "mcp_list_tools"?, "mcp_approval_request"?, "mcp_approval_response"?:
            throw .unsupported("\(path).type", "MCP servers are not called from here.")
        case let name?:
            throw .value("\(path).type", "'\(SessionRefusal.shortened(name))' is no type of item.")
        case nil: throw .type("\(path).type", "a string")
        }
        var item = ConversationItem(id: try id(of: value) ?? identifiers.next("item_"), kind: kind)
        if value["status"] == "incomplete" { item.status = .incomplete }
        return item
    }

    private func id(of value: JSONValue) throws(SessionRefusal) -> String? {
        guard let id = value["id"], !id.isNull else { return nil }
        guard let text = id.string else { throw .type("\(path).id", "a string") }
        guard !text.isEmpty, text.utf8.count <= Self.idBytes, text != "root" else {
            throw .value("\(path).id", "1 to \(Self.idBytes) bytes other than 'root' are expected.")
        }
        return text
    }

    private func text(_ name: String, of value: JSONValue) throws(SessionRefusal) -> String {
        guard let member = value[name], !member.isNull else { throw .missing("\(path).\(name)") }
        guard let text = member.string else { throw .type("\(path).\(name)", "a string") }
        return text
    }

    private func call(
        _ value: JSONValue,
        identifiers: inout IdentifierSource
    ) throws(SessionRefusal) -> ConversationItem.Kind {
        let name = try text("name", of: value)
        guard !name.isEmpty else { throw .value("\(path).name", "a name is expected.") }
        let arguments = try text("arguments", of: value)
        guard CallArguments.object(arguments) != nil else {
            throw .value("\(path).arguments", "the text of a JSON object is expected.")
        }
        if let id = value["call_id"], !id.isNull {
            let text = try text("call_id", of: value)
            guard !text.isEmpty else { throw .value("\(path).call_id", "an id is expected.") }
            return .call(id: text, name: name, arguments: arguments)
        }
        return .call(id: identifiers.next("call_"), name: name, arguments: arguments)
    }

    // MARK: Messages

    private mutating func message(_ value: JSONValue) throws(SessionRefusal) -> ConversationItem.Kind {
        let name = try text("role", of: value)
        guard let role = ConversationItem.Role(rawValue: name) else {
            throw .value("\(path).role", "supported are 'user', 'assistant' and 'system'.")
        }
        guard let content = value["content"] else { throw .missing("\(path).content") }
        guard content.isArray else { throw .type("\(path).content", "an array") }
        var parts: [ItemContent] = []
        for (index, part) in content.elements.enumerated() {
            parts.append(try self.part(part, index: index, role: role))
        }
        return .message(role, parts)
    }

    private mutating func part(
        _ value: JSONValue,
        index: Int,
        role: ConversationItem.Role
    ) throws(SessionRefusal) -> ItemContent {
        let place = "\(path).content[\(index)]"
        guard value.isObject else { throw .type(place, "an object") }
        guard let type = value["type"] else { throw .missing("\(place).type") }
        let inner = ItemReader(path: place, deafness: deafness)
        switch (type.string, role) {
        case ("input_text"?, .user), ("input_text"?, .system):
            try SettingsCheck.members(value, of: place, allowed: ["type", "text"])
            return .inputText(try inner.text("text", of: value))
        case ("output_text"?, .assistant):
            try SettingsCheck.members(value, of: place, allowed: ["type", "text"])
            return .outputText(try inner.text("text", of: value))
        case ("output_audio"?, .assistant):
            try SettingsCheck.members(value, of: place, allowed: ["type", "audio", "transcript"])
            return .outputAudio(transcript: try inner.text("transcript", of: value), milliseconds: 0)
        case ("input_image"?, .user):
            try SettingsCheck.members(value, of: place, allowed: ["type", "image_url", "detail"])
            return try inner.image(value)
        case ("input_audio"?, .user):
            try SettingsCheck.members(value, of: place, allowed: ["type", "audio", "transcript"])
            return try audio(value, at: place, index: index)
        case let (name?, _):
            let name = SessionRefusal.shortened(name)
            throw .value("\(place).type", "'\(name)' does not go with the role '\(role.rawValue)'.")
        case (nil, _): throw .type("\(place).type", "a string")
        }
    }

    private func image(_ value: JSONValue) throws(SessionRefusal) -> ItemContent {
        let url = try text("image_url", of: value)
        guard ItemImage.media(url: url, detail: nil) != nil else {
            throw .value("\(path).image_url", "a base64 data: URL of an image or an https: address is expected.")
        }
        guard let detail = value["detail"], !detail.isNull else { return .image(url: url, detail: nil) }
        guard let word = detail.string, ["auto", "low", "high"].contains(word) else {
            throw .value("\(path).detail", "supported are 'auto', 'low' and 'high'.")
        }
        return .image(url: url, detail: word)
    }

    /// A transcript that the client has does for the audio.
    private mutating func audio(
        _ value: JSONValue,
        at place: String,
        index: Int
    ) throws(SessionRefusal) -> ItemContent {
        if let transcript = value["transcript"], !transcript.isNull {
            guard let text = transcript.string else { throw .type("\(place).transcript", "a string") }
            return .inputAudio(.text(text))
        }
        if let deafness { throw .unsupported("\(place).type", deafness) }
        guard let audio = value["audio"], !audio.isNull else { throw .missing("\(place).audio") }
        guard let text = audio.string else { throw .type("\(place).audio", "a string") }
        guard let bytes = Base64Text.decode(text) else {
            throw .value("\(place).audio", "base64-encoded audio is expected.")
        }
        sounds.append(Sound(part: index, audio: bytes))
        return .inputAudio(.failed)
    }
}
