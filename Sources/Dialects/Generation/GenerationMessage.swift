// Messages of a conversation and the parts of an answer, in no provider's words.

/// One message of a conversation.
package struct GenerationMessage: Sendable, Equatable {
    package enum Role: String, Sendable, Equatable {
        case user
        case assistant
    }

    package var role: Role
    package var parts: [GenerationPart]

    package init(_ role: Role, _ parts: [GenerationPart]) {
        self.role = role
        self.parts = parts
    }
}

/// A piece of a message or of an answer.
package enum GenerationPart: Sendable, Equatable {
    case text(String)
    /// The model says why it will not answer.
    case refusal(String)
    case media(Media)
    /// Of the assistant.
    case toolCall(ToolCall)
    /// Of the user: what a tool answered.
    case toolResult(ToolResult)
    /// Of the assistant.
    case thought(Thought)
}

/// An image, a document or a sound.
package struct Media: Sendable, Equatable {
    package enum Kind: String, Sendable, Equatable {
        case image
        case document
        case audio
    }

    package enum Source: Sendable, Equatable {
        /// Standard base64, as the client sent it.
        case base64(mediaType: String, data: String)
        /// Never fetched here.
        case url(String, mediaType: String?)
        /// A document that is plain text.
        case text(String)
    }

    package var kind: Kind
    package var source: Source
    /// File name or title of a document.
    package var name: String?
    /// OpenAI's `detail` of an image.
    package var detail: String?

    package init(_ kind: Kind, _ source: Source, name: String? = nil, detail: String? = nil) {
        self.kind = kind
        self.source = source
        self.name = name
        self.detail = detail
    }
}

/// A call of a function that the model asks for.
package struct ToolCall: Sendable, Equatable {
    /// Never empty: readers make one up where the dialect has none (`ToolCallID`).
    package var id: String
    package var name: String
    /// An object.
    package var arguments: JSONValue
    /// Gemini's `thoughtSignature`, which must come back with the call.
    package var signature: String?

    package init(id: String, name: String, arguments: JSONValue, signature: String? = nil) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.signature = signature
    }
}

/// What a function answered.
package struct ToolResult: Sendable, Equatable {
    package var callID: String
    /// The function, where the dialect says it or an earlier call tells.
    package var name: String?
    /// Texts and media.
    package var content: [GenerationPart]
    package var isError: Bool

    package init(callID: String, name: String? = nil, content: [GenerationPart], isError: Bool = false) {
        self.callID = callID
        self.name = name
        self.content = content
        self.isError = isError
    }
}

/// What a model thought before it answered.
package struct Thought: Sendable, Equatable {
    package var text: String
    /// By which the provider knows its own thought; worth something to a provider of this dialect only.
    package var signature: String?
    /// Whose thought it was.
    package var origin: ChatDialect
    /// Claude's `redacted_thinking`: `signature` holds its data, `text` is empty.
    package var isRedacted: Bool

    package init(text: String, signature: String? = nil, origin: ChatDialect, isRedacted: Bool = false) {
        self.text = text
        self.signature = signature
        self.origin = origin
        self.isRedacted = isRedacted
    }
}
