// The content of chat messages (protocol: http §1.2, §4.2): a string, or parts of several types.

/// Reads the `content` of a message.
enum OpenAIContentReader {
    /// Texts only: what instructions and tools may say.
    static func texts(_ content: JSONNode) throws(ConversionRefusal) -> [String] {
        var texts: [String] = []
        for part in try self.read(content, { (part) throws(ConversionRefusal) in try self.text(part, of: ["text"]) }) {
            if case .text(let text) = part { texts.append(text) }
        }
        return texts
    }

    /// What users may say.
    static func parts(_ content: JSONNode) throws(ConversionRefusal) -> [GenerationPart] {
        try self.read(content) { (part) throws(ConversionRefusal) in
            switch try part.required("type").string() {
            case "image_url": .media(try self.image(try part.required("image_url").object()))
            case "input_audio": .media(try self.audio(try part.required("input_audio").object()))
            case "file": .media(try self.file(try part.required("file").object()))
            default: try self.text(part, of: ["text"])
            }
        }
    }

    /// What the assistant may have said.
    static func assistantParts(_ content: JSONNode) throws(ConversionRefusal) -> [GenerationPart] {
        try self.read(content) { (part) throws(ConversionRefusal) in try self.text(part, of: ["text", "refusal"]) }
    }

    private static func read(
        _ content: JSONNode,
        _ part: (JSONNode) throws(ConversionRefusal) -> GenerationPart
    ) throws(ConversionRefusal) -> [GenerationPart] {
        if let text = content.value.string { return text.isEmpty ? [] : [.text(text)] }
        guard content.value.isArray else { throw content.wrongType("a string or an array of parts") }
        var parts: [GenerationPart] = []
        for element in try content.elements() {
            let read = try part(try element.object())
            if read != .text(""), read != .refusal("") { parts.append(read) }
        }
        return parts
    }

    /// A part whose text is in the member that its type names.
    private static func text(_ part: JSONNode, of types: [String]) throws(ConversionRefusal) -> GenerationPart {
        let type = try part.required("type")
        let name = try type.string()
        guard types.contains(name) else {
            throw type.unsupported("A content part of this type cannot be translated for the provider of this model.")
        }
        let text = try part.required(name).string()
        return name == "refusal" ? .refusal(text) : .text(text)
    }

    private static func image(_ image: JSONNode) throws(ConversionRefusal) -> Media {
        let url = try image.required("url")
        let text = try url.name()
        let detail = try image.member("detail")?.string()
        if DataURI.isOne(text) {
            guard let data = DataURI(text) else { throw url.invalid("must be a base64 data URI with a media type") }
            guard data.mediaType.hasPrefix("image/") else { throw url.invalid("must be an image") }
            return Media(.image, .base64(mediaType: data.mediaType, data: data.base64), detail: detail)
        }
        guard DataURI.isWeb(text) else { throw url.invalid("must be an https or http address or a data URI") }
        return Media(.image, .url(text, mediaType: nil), detail: detail)
    }

    private static func audio(_ audio: JSONNode) throws(ConversionRefusal) -> Media {
        let format = try audio.required("format")
        let name = try format.string()
        guard name == "wav" || name == "mp3" else { throw format.invalid("must be 'wav' or 'mp3'") }
        return Media(.audio, .base64(mediaType: "audio/\(name)", data: try audio.required("data").name()))
    }

    private static func file(_ file: JSONNode) throws(ConversionRefusal) -> Media {
        if let id = file.member("file_id") {
            throw id.unsupported("A file's id is known to the provider that keeps the file only: send 'file_data'.")
        }
        let node = try file.required("file_data")
        guard let data = DataURI(try node.name()) else {
            throw node.invalid("must be a base64 data URI with a media type")
        }
        let kind: Media.Kind =
            data.mediaType.hasPrefix("image/") ? .image : data.mediaType.hasPrefix("audio/") ? .audio : .document
        return Media(
            kind,
            .base64(mediaType: data.mediaType, data: data.base64),
            name: try file.member("filename")?.string()
        )
    }
}
