// Images, documents and sounds in Gemini requests (protocol: http §3.2, §4.2). Bytes are base64 that may be url-safe and
// unpadded; they go on in the standard alphabet.

/// Reads `inlineData` and `fileData`.
enum GeminiMedia {
    static func inline(_ node: GeminiNode) throws(ConversionRefusal) -> Media {
        _ = try node.object()
        guard let mimeType = node.member("mimeType") else { throw node.missing("mimeType") }
        guard let data = node.member("data") else { throw node.missing("data") }
        let type = try mimeType.string()
        guard let base64 = Base64Text.standard(try data.string()) else {
            throw data.wrongValue("It must be base64.")
        }
        let name = try node.member("displayName")?.string()
        switch Self.kind(of: type) {
        case .document? where Self.essence(of: type) == "text/plain":
            guard let text = Base64Text.decode(base64).flatMap({ String(validating: $0, as: UTF8.self) }) else {
                throw data.wrongValue("A plain text must be UTF-8.")
            }
            return Media(.document, .text(text), name: name)
        case let kind?:
            return Media(kind, .base64(mediaType: type, data: base64), name: name)
        case nil:
            throw mimeType.unsupported("Only images, documents and sounds can be sent to other providers.")
        }
    }

    /// A file is a link to somewhere; one that only Google can open is refused.
    static func file(_ node: GeminiNode) throws(ConversionRefusal) -> Media {
        _ = try node.object()
        guard let location = node.member("fileUri") else { throw node.missing("fileUri") }
        let url = try location.string()
        let scheme = url.prefix { $0 != ":" }.lowercased()
        guard url.contains("://"), scheme == "https" || scheme == "http",
            !url.contains("://generativelanguage.googleapis.com/")
        else { throw location.unsupported("Files of Gemini's exist only there; send the bytes as inlineData.") }
        let told = try node.member("mimeType")?.string()
        guard let type = told ?? Self.type(ofFileAt: url) else { throw node.missing("mimeType") }
        let name = try node.member("displayName")?.string()
        switch Self.kind(of: type) {
        case .image?: return Media(.image, .url(url, mediaType: type), name: name)
        case .document?: return Media(.document, .url(url, mediaType: type), name: name)
        case .audio?, nil: throw node.unsupported("Only images and documents can be linked to.")
        }
    }

    private static func kind(of type: String) -> Media.Kind? {
        let essence = Self.essence(of: type)
        if essence.hasPrefix("image/") { return .image }
        if essence.hasPrefix("audio/") { return .audio }
        if essence.hasPrefix("video/") { return nil }
        return essence.contains("/") ? .document : nil
    }

    /// The type without its parameters.
    private static func essence(of type: String) -> String {
        String(type.prefix { $0 != ";" && $0 != " " }).lowercased()
    }

    private static func type(ofFileAt url: String) -> String? {
        let path = url.prefix { $0 != "?" && $0 != "#" }.lowercased()
        let types = [
            ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".gif": "image/gif",
            ".webp": "image/webp", ".pdf": "application/pdf",
        ]
        return types.first { path.hasSuffix($0.key) }?.value
    }
}
