// The body of a Gemini request (protocol: http §3.1, §3.2): looked at, checked where two parsers could disagree, and passed
// on. The model stands in the path; where the body names it as well, as counting within `generateContentRequest` does, that
// is replaced. Every other byte stays.

/// The body of a Gemini request.
package struct GeminiRequestLook: Sendable {
    private let body: [UInt8]
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
        let bytes = body.span
        guard Self.isUTF8(bytes) else { throw .invalidJSON(.notUTF8) }
        var look = Findings()
        try look.read(bytes, 0..<bytes.count, limits, path: "")
        self.body = body
        self.model = model
        modelValues = look.models
        boundedAnswerTokens = look.maximum.map { maximum in
            let (product, overflow) = maximum.multipliedReportingOverflow(by: max(1, look.candidates ?? 1))
            return overflow ? .max : product
        }
    }

    /// The body for an upstream that knows the model under this name.
    package func upstreamBody(model upstreamModel: String) -> [UInt8] {
        guard upstreamModel != model, !modelValues.isEmpty else { return body }
        var output: [UInt8] = []
        output.reserveCapacity(body.count + 64)
        var index = 0
        for (value, isResource) in modelValues.sorted(by: { $0.value.lowerBound < $1.value.lowerBound }) {
            output.append(contentsOf: body[index..<value.lowerBound])
            let isNamed = upstreamModel.hasPrefix("models/")
            JSONString.append(isResource && !isNamed ? "models/" + upstreamModel : upstreamModel, to: &output)
            index = value.upperBound
        }
        output.append(contentsOf: body[index...])
        return output
    }

    /// What a walk over the body finds.
    private struct Findings {
        var models: [(value: Range<Int>, isResource: Bool)] = []
        var maximum: Int?
        var candidates: Int?

        mutating func read(
            _ bytes: borrowing Span<UInt8>,
            _ range: Range<Int>,
            _ limits: JSONLimits,
            path: String
        ) throws(ChatRequestViolation) {
            for (name, member) in try GeminiRequestLook.members(bytes, range, limits, path: path) {
                switch name {
                case "model":
                    guard let text = member.string(in: bytes) else {
                        guard member.kind != .null else { continue }
                        throw .wrongType(param: path + "model", expected: "a string")
                    }
                    models.append((member.value, text.hasPrefix("models/")))
                case "generationConfig" where member.kind == .object:
                    let config = path + name + "."
                    for (name, member) in try GeminiRequestLook.members(bytes, member.value, limits, path: config) {
                        // Bounds are taken for what they are worth: whether they are valid is for the upstream to say.
                        if name == "maxOutputTokens" { maximum = Self.count(member, bytes) }
                        if name == "candidateCount" { candidates = Self.count(member, bytes) }
                    }
                case "generateContentRequest" where member.kind == .object && path.isEmpty:
                    try read(bytes, member.value, limits, path: name + ".")
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
    private static func members(
        _ bytes: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ limits: JSONLimits,
        path: String
    ) throws(ChatRequestViolation) -> [(name: String, member: JSONMember)] {
        let members: [JSONMember]
        do throws(JSONViolation) {
            members = try TopLevelScanner.members(of: bytes, in: range, limits: limits)
        } catch {
            guard case .duplicateMember(let name) = error else { throw .invalidJSON(error) }
            throw .duplicateParameter(path + name)
        }
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

    private static func isUTF8(_ bytes: borrowing Span<UInt8>) -> Bool {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: copy bytes)
            return true
        } catch {
            return false
        }
    }
}
