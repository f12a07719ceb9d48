// One item of a realtime conversation: the JSON clients see, without raw audio, and what the simulator knows beside it.

import Dialects
import Foundation

/// An item.
struct ConversationItem: Sendable {
    let id: String
    var json: JSONValue
    /// Audio of a user's message.
    var audio: CommittedAudio?
    /// Milliseconds of audio of an assistant's message that were spoken.
    var spokenMilliseconds = 0

    /// An item the simulator makes.
    init(id: String, json: JSONValue, audio: CommittedAudio? = nil) {
        self.id = id
        self.json = json
        self.audio = audio
    }

    /// A user's message that came through the input audio buffer.
    static func spoken(id: String, audio: CommittedAudio) -> ConversationItem {
        let json: JSONValue = [
            "id": .string(id), "object": "realtime.item", "type": "message", "status": "completed", "role": "user",
            "content": [["type": "input_audio", "transcript": nil]],
        ]
        return ConversationItem(id: id, json: json, audio: audio)
    }

    /// Reads an item a client made; `path` names it in refusals.
    init(client json: JSONValue, id: String, path: String) throws(RealtimeRefusal) {
        guard json.isObject else { throw .missing(path) }
        guard let type = json["type"]?.string else { throw .missing("\(path).type") }
        self.id = id
        var normal: JSONValue = [
            "id": .string(id), "object": "realtime.item", "type": .string(type), "status": "completed",
        ]
        for member in json.members where !["id", "object", "type", "status"].contains(member.key) {
            normal[member.key] = member.value
        }
        switch type {
        case "message":
            let (content, audio) = try Self.content(of: json, path: path)
            normal["content"] = content
            self.audio = audio
        case "function_call":
            guard json["name"]?.string != nil else { throw .missing("\(path).name") }
            guard json["arguments"]?.string != nil else { throw .missing("\(path).arguments") }
        case "function_call_output":
            guard json["call_id"]?.string != nil else { throw .missing("\(path).call_id") }
            guard json["output"]?.string != nil else { throw .missing("\(path).output") }
        case "mcp_call", "mcp_list_tools", "mcp_approval_request", "mcp_approval_response": break
        default: throw .invalid("\(path).type", "'\(type.prefix(64))' is no type of item.")
        }
        self.json = normal
    }

    private static let contentTypes: [String: Set<String>] = [
        "system": ["input_text"],
        "user": ["input_text", "input_audio", "input_image"],
        "assistant": ["output_text", "output_audio"],
    ]

    private static func content(
        of json: JSONValue,
        path: String
    ) throws(RealtimeRefusal) -> (content: JSONValue, audio: CommittedAudio?) {
        guard let role = json["role"]?.string else { throw .missing("\(path).role") }
        guard let allowed = self.contentTypes[role] else {
            throw .invalid("\(path).role", "supported are 'user', 'assistant' and 'system'.")
        }
        guard let content = json["content"], content.isArray else { throw .missing("\(path).content") }
        var parts: [JSONValue] = []
        var audio: CommittedAudio?
        for (index, part) in content.elements.enumerated() {
            let place = "\(path).content[\(index)]"
            guard let type = part["type"]?.string else { throw .missing("\(place).type") }
            guard allowed.contains(type) else {
                throw .invalid("\(place).type", "'\(type.prefix(64))' does not go with the role '\(role)'.")
            }
            switch type {
            case "input_text", "output_text":
                guard part["text"]?.string != nil else { throw .missing("\(place).text") }
                parts.append(part)
            case "input_image":
                guard part["image_url"]?.string != nil else { throw .missing("\(place).image_url") }
                parts.append(part)
            default:
                guard let text = part["audio"]?.string else {
                    parts.append(part)
                    continue
                }
                guard let data = Data(base64Encoded: text) else { throw .invalid("\(place).audio", "no base64.") }
                let bytes = [UInt8](data)
                let heard = InputAudioBuffer(format: .pcm).describe(bytes)
                audio = CommittedAudio(bytes: bytes, format: .pcm, heard: heard)
                var part = part
                part["audio"] = nil
                parts.append(part)
            }
        }
        return (.array(parts), audio)
    }

    var type: String { self.json["type"]?.string ?? "" }
    var role: String? { self.json["role"]?.string }
    var callID: String? { self.json["call_id"]?.string }
    var parts: [JSONValue] { self.json["content"]?.elements ?? [] }

    /// The texts of a message in one line of prose; empty when there are none.
    var text: String {
        self.parts.compactMap { $0["text"]?.string ?? $0["transcript"]?.string }.joined(separator: " ")
    }

    var images: [ImageDescription] {
        self.parts.compactMap { part in
            part["image_url"]?.string.map { ImageDescription(url: $0, detail: part["detail"]?.string) }
        }
    }

    /// Tokens of text, by the simulator's rule.
    var textTokens: Int {
        let fields = ["name", "arguments", "output"].compactMap { self.json[$0]?.string }
        return fields.map(TokenCount.text).reduce(TokenCount.text(self.text), +)
    }

    var audioTokens: Int {
        if let audio { return TokenCount.heard(milliseconds: audio.heard.milliseconds) }
        return TokenCount.spoken(milliseconds: self.spokenMilliseconds)
    }

    var imageTokens: Int {
        self.parts.filter { $0["image_url"] != nil }.map { TokenCount.image(detail: $0["detail"]?.string) }.reduce(0, +)
    }

    /// What the item takes of the conversation's memory.
    var byteCount: Int {
        let strings = self.parts.flatMap { [$0["text"], $0["image_url"], $0["transcript"]] } + [self.json["output"]]
        return strings.compactMap { $0?.string?.utf8.count }.reduce(256, +) + (self.audio?.bytes.count ?? 0)
    }
}
