// The body of `POST /v1/messages` and `/v1/messages/count_tokens` for an upstream of the same dialect (protocol: http
// §2.2): looked at, checked where two parsers could disagree, and passed on with at most `model` replaced. Every other
// byte, unknown fields and blanks included, stays.

/// What a relay must know of a body that it passes on.
package struct ClaudeRequestLook: Sendable {
    private let body: CheckedBody
    private let modelValue: Range<Int>

    /// The model that the client asks for.
    package let model: String
    /// Whether the answer shall be a stream.
    package let stream: Bool
    /// The most tokens that the answer may have; nil when the client sets no plain bound.
    package let boundedAnswerTokens: Int?

    package init(_ body: [UInt8], limits: JSONLimits = JSONLimits()) throws(ChatRequestViolation) {
        let checked = try CheckedBody(body, limits: limits)
        let bytes = body.span
        var model: (text: String, value: Range<Int>)?
        var stream = false
        var maximum: Int?
        for member in checked.members {
            if member.isNamed("model", in: bytes) {
                guard let text = member.string(in: bytes) else {
                    throw .wrongType(param: "model", expected: "a string")
                }
                model = (text, member.value)
            } else if member.isNamed("stream", in: bytes) {
                stream = try CheckedBody.flag(member, bytes, param: "stream")
            } else if member.isNamed("max_tokens", in: bytes) {
                // Whether the bound is valid is for the upstream to say.
                maximum = member.count(in: bytes)
            }
        }
        guard let model, !model.text.isEmpty else { throw .missingParameter("model") }
        self.body = checked
        self.model = model.text
        self.modelValue = model.value
        self.stream = stream
        self.boundedAnswerTokens = maximum
    }

    /// The body for an upstream that knows the model under this name.
    package func upstreamBody(model upstreamModel: String) -> [UInt8] {
        guard upstreamModel != model else { return body.bytes }
        return body.applying([CheckedBody.Edit(range: modelValue, text: JSONString.bytes(upstreamModel))])
    }
}
