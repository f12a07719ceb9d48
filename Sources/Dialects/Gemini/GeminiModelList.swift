// The list of models in Gemini's shape (protocol: http §3.6, §4.8), in pages over a stable order: by id. A page token is the
// last id that was shown, in hexadecimal digits, so that pages fit together while models come and go.

/// Renders lists of models for Gemini clients.
package enum GeminiModelList {
    package static let defaultPageSize = 50
    package static let maximumPageSize = 1_000

    /// The body of `GET /v1beta/models`; nil for a page token that is none of ours.
    package static func list(_ models: [ListedModel], pageSize: Int? = nil, pageToken: String? = nil) -> [UInt8]? {
        var sorted = models.sorted { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }
        if let pageToken, !pageToken.isEmpty {
            guard let last = id(ofToken: pageToken) else { return nil }
            sorted = sorted.filter { last.utf8.lexicographicallyPrecedes($0.id.utf8) }
        }
        let asked = pageSize ?? 0
        let size = asked > 0 ? min(asked, maximumPageSize) : defaultPageSize
        let page = sorted.prefix(size)
        var body: JSONValue = ["models": .array(page.map(entry))]
        if page.count < sorted.count, let last = page.last { body["nextPageToken"] = .string(token(forID: last.id)) }
        return body.rendered
    }

    /// The body of `GET /v1beta/models/{m}`.
    package static func one(_ model: ListedModel) -> [UInt8] {
        entry(model).rendered
    }

    private static func entry(_ model: ListedModel) -> JSONValue {
        var entry: JSONValue = [
            "name": .string("models/" + model.id),
            "baseModelId": .string(model.id),
            "version": "001",
            "displayName": .string(model.id),
            "description": .string("\(model.id), owned by \(model.ownedBy)."),
        ]
        if let length = model.contextLength { entry["inputTokenLimit"] = .integer(length) }
        entry["supportedGenerationMethods"] = .array(methods(model.capabilities).map(JSONValue.string))
        if model.capabilities.contains(where: { $0 == "reasoning" || $0 == "thinking" }) { entry["thinking"] = true }
        return entry
    }

    /// What the model can be asked for; a model of which nothing is known is taken for a chat model.
    private static func methods(_ capabilities: [String]) -> [String] {
        var methods: [String] = []
        let isOther = capabilities.contains { $0 == "realtime" || $0 == "embeddings" }
        if capabilities.contains("chat") || !isOther { methods += ["generateContent", "countTokens"] }
        if capabilities.contains("realtime") { methods.append("bidiGenerateContent") }
        if capabilities.contains("embeddings") { methods.append("embedContent") }
        return methods
    }

    private static func token(forID id: String) -> String {
        id.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private static func id(ofToken token: String) -> String? {
        let digits = Array(token.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = JSONString.hexValue(digits[index]), let low = JSONString.hexValue(digits[index + 1]) else {
                return nil
            }
            bytes.append(UInt8(truncatingIfNeeded: high << 4 | low))
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
