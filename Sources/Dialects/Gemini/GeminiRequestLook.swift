// The body of a Gemini request (protocol: http §3.1, §3.2): looked at, checked where two parsers could disagree, and passed
// on. The model stands in the path; where the body names it as well, as counting within `generateContentRequest` does, that
// is replaced. Every other byte stays.

/// The body of a Gemini request.
package struct GeminiRequestLook: Sendable {
    private let body: CheckedBody
    /// Where the body names the model, and whether it does so as `models/…`.
    private let modelValues: [(value: Range<Int>, isResource: Bool)]

    /// The model that the client asks for, as the path names it.
    package let model: String
    /// The most tokens that all candidates together may have; nil when the client sets no plain bound.
    package let boundedAnswerTokens: Int?

    package init(
        _ body: [UInt8],
        model: String,
        limits: JSONLimits = JSONLimits()
    ) throws(ChatRequestViolation) {
        let checked = try CheckedBody(body, limits: limits)
        var look = Findings()
        try look.read(checked.members, body.span, limits, path: "")
        self.body = checked
        self.model = model
        modelValues = look.models
        boundedAnswerTokens = look.maximum.map { maximum in
            let (product, overflow) = maximum.multipliedReportingOverflow(by: max(1, look.candidates ?? 1))
            return overflow ? .max : product
        }
    }

    /// The body for an upstream that knows the model under this name.
    package func upstreamBody(model upstreamModel: String) -> [UInt8] {
        guard upstreamModel != model else { return body.bytes }
        let isNamed = upstreamModel.hasPrefix("models/")
        return body.applying(
            modelValues.map { value, isResource in
                let name = isResource && !isNamed ? "models/" + upstreamModel : upstreamModel
                return CheckedBody.Edit(range: value, text: JSONString.bytes(name))
            }
        )
    }

    /// What a walk over the body finds.
    private struct Findings {
        var models: [(value: Range<Int>, isResource: Bool)] = []
        var maximum: Int?
        var candidates: Int?

        mutating func read(
            _ members: [JSONMember],
            _ bytes: borrowing Span<UInt8>,
            _ limits: JSONLimits,
            path: String
        ) throws(ChatRequestViolation) {
            for (name, member) in try GeminiRequestLook.named(members, bytes, path: path) {
                switch name {
                case "model":
                    guard let text = member.string(in: bytes) else {
                        guard member.kind != .null else { continue }
                        throw .wrongType(param: path + "model", expected: "a string")
                    }
                    models.append((member.value, text.hasPrefix("models/")))
                case "generationConfig" where member.kind == .object:
                    let config = path + name + "."
                    let members = try CheckedBody.members(bytes, member.value, limits, prefix: config)
                    for (name, member) in try GeminiRequestLook.named(members, bytes, path: config) {
                        // Bounds are taken for what they are worth: whether they are valid is for the upstream to say.
                        if name == "maxOutputTokens" { maximum = Self.count(member, bytes) }
                        if name == "candidateCount" { candidates = Self.count(member, bytes) }
                    }
                case "generateContentRequest" where member.kind == .object && path.isEmpty:
                    let inner = name + "."
                    let members = try CheckedBody.members(bytes, member.value, limits, prefix: inner)
                    try read(members, bytes, limits, path: inner)
                default:
                    break
                }
            }
        }

        /// A plain count, also one in a string.
        private static func count(_ member: JSONMember, _ bytes: borrowing Span<UInt8>) -> Int? {
            if let text = member.string(in: bytes) { return Int(text).flatMap { $0 < 0 ? nil : $0 } }
            return member.count(in: bytes)
        }
    }

    /// The members under their names in camelCase, each once.
    private static func named(
        _ members: [JSONMember],
        _ bytes: borrowing Span<UInt8>,
        path: String
    ) throws(ChatRequestViolation) -> [(name: String, member: JSONMember)] {
        var named: [(name: String, member: JSONMember)] = []
        var seen: Set<String> = []
        for member in members {
            guard let text = JSONString.decode(bytes, member.key) else { continue }
            let name = GeminiName.camelCase(text)
            guard seen.insert(name).inserted else { throw .duplicateParameter(path + text) }
            named.append((name, member))
        }
        return named
    }
}
