// One item of a conversation (realtime §6) and what the session knows of it beside what clients are shown.

import Dialects

/// An item.
struct ConversationItem: Sendable, Equatable {
    enum Role: String, Sendable {
        case system
        case user
        case assistant
    }

    enum Kind: Sendable, Equatable {
        case message(Role, [ItemContent])
        /// `arguments` is the text of a JSON object.
        case call(id: String, name: String, arguments: String)
        case callOutput(callID: String, output: String)
    }

    enum Status: String, Sendable {
        case inProgress = "in_progress"
        case completed
        case incomplete
    }

    let id: String
    var kind: Kind
    var status = Status.completed
    /// Signed thoughts that came before it: never shown, but the model that thought them wants them back.
    var thoughts: [Thought] = []
    /// Signed thoughts behind the last item of an answer.
    var afterthoughts: [Thought] = []
    /// Gemini's signature of a call.
    var signature: String?
    /// Left out of what the model is shown, for good.
    var isLeftOut = false

    /// What clients are shown: without raw audio.
    var value: JSONValue {
        var fields = [
            JSONField("id", .string(id)), JSONField("object", "realtime.item"),
            JSONField("type", .string(typeName)), JSONField("status", .string(status.rawValue)),
        ]
        switch kind {
        case .message(let role, let content):
            fields.append(JSONField("role", .string(role.rawValue)))
            fields.append(JSONField("content", .array(content.map(\.value))))
        case .call(let callID, let name, let arguments):
            fields.append(JSONField("call_id", .string(callID)))
            fields.append(JSONField("name", .string(name)))
            fields.append(JSONField("arguments", .string(arguments)))
        case .callOutput(let callID, let output):
            fields.append(JSONField("call_id", .string(callID)))
            fields.append(JSONField("output", .string(output)))
        }
        return .object(fields)
    }

    private var typeName: String {
        switch kind {
        case .message: "message"
        case .call: "function_call"
        case .callOutput: "function_call_output"
        }
    }

    var role: Role? {
        if case .message(let role, _) = kind { role } else { nil }
    }

    var content: [ItemContent] {
        if case .message(_, let content) = kind { content } else { [] }
    }

    /// The call that it makes.
    var callID: String? {
        if case .call(let id, _, _) = kind { id } else { nil }
    }

    /// The call that it answers.
    var answeredCallID: String? {
        if case .callOutput(let id, _) = kind { id } else { nil }
    }

    /// The part at an index, if there is one.
    func part(_ index: Int) -> ItemContent? {
        content.indices.contains(index) ? content[index] : nil
    }

    mutating func replacePart(_ index: Int, with part: ItemContent) {
        guard case .message(let role, var content) = kind, content.indices.contains(index) else { return }
        content[index] = part
        kind = .message(role, content)
    }

    // MARK: How much it is

    /// What an item costs beside its texts.
    private static let overheadBytes = 256

    /// What it takes of the conversation's memory.
    var byteCount: Int {
        let hidden = (thoughts + afterthoughts).reduce(signature?.utf8.count ?? 0) {
            $0 + $1.text.utf8.count + ($1.signature?.utf8.count ?? 0)
        }
        return hidden + textBytes + content.reduce(Self.overheadBytes) { $0 + $1.imageBytes }
    }

    /// Bytes of text that the model is shown.
    var textBytes: Int {
        switch kind {
        case .message(_, let content): content.reduce(0) { $0 + $1.textBytes }
        case .call(let id, let name, let arguments): id.utf8.count + name.utf8.count + arguments.utf8.count
        case .callOutput(let id, let output): id.utf8.count + output.utf8.count
        }
    }
}

/// One part of a message.
enum ItemContent: Sendable, Equatable {
    case inputText(String)
    case image(url: String, detail: String?)
    case inputAudio(Heard)
    case outputText(String)
    /// The model says why it will not answer; clients see a text.
    case refusal(String)
    /// What was spoken, and how long that took.
    case outputAudio(transcript: String, milliseconds: Int)

    /// How far the transcription of a user's audio has come.
    enum Heard: Sendable, Equatable {
        case underWay(ChatWork)
        case text(String)
        case failed
    }

    var value: JSONValue {
        switch self {
        case .inputText(let text): ["type": "input_text", "text": .string(text)]
        case .image(let url, let detail):
            ["type": "input_image", "image_url": .string(url), "detail": .string(detail ?? "auto")]
        case .inputAudio(.text(let text)): ["type": "input_audio", "transcript": .string(text)]
        case .inputAudio: ["type": "input_audio", "transcript": nil]
        case .outputText(let text), .refusal(let text): ["type": "output_text", "text": .string(text)]
        case .outputAudio(let transcript, _): ["type": "output_audio", "transcript": .string(transcript)]
        }
    }

    /// What the model is shown of it as text; nil for an image, and for audio that nobody has understood.
    var text: String? {
        switch self {
        case .inputText(let text), .outputText(let text), .refusal(let text), .inputAudio(.text(let text)),
            .outputAudio(let text, _):
            text
        case .image, .inputAudio: nil
        }
    }

    var textBytes: Int { text?.utf8.count ?? 0 }

    var imageBytes: Int {
        if case .image(let url, _) = self { url.utf8.count } else { 0 }
    }
}
