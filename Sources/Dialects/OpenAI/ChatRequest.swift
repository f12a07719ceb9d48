// The body of `POST /v1/chat/completions` (protocol §1.1): looked at, checked where two parsers could disagree, and passed
// on with at most `model` and `stream_options` replaced. Every other byte, unknown fields and blanks included, stays.

/// The body of a chat request.
package struct ChatRequest: Sendable {
    private let body: CheckedBody
    private let modelValue: Range<Int>
    private let usageOption: UsageOption

    /// The model that the client asks for.
    package let model: String
    /// Whether the answer shall be a stream.
    package let stream: Bool
    /// The most tokens that one choice of the answer may have; nil when the client sets no plain bound.
    package let maximumTokens: Int?
    /// How many answers are asked for at once: `n`.
    package let choiceCount: Int

    /// Whether the client asked for the usage chunk.
    package var includeUsage: Bool { usageOption == .asked }

    package init(_ body: [UInt8], limits: JSONLimits = JSONLimits()) throws(ChatRequestViolation) {
        let checked = try CheckedBody(body, limits: limits)
        let bytes = body.span
        var model: (text: String, value: Range<Int>)?
        var stream = false
        var usageOption = UsageOption.absent
        var (maximum, formerMaximum, choiceCount): (Int?, Int?, Int?)
        for member in checked.members {
            if member.isNamed("model", in: bytes) {
                guard let text = member.string(in: bytes) else {
                    throw .wrongType(param: "model", expected: "a string")
                }
                model = (text, member.value)
            } else if member.isNamed("stream", in: bytes) {
                stream = try CheckedBody.flag(member, bytes, param: "stream")
            } else if member.isNamed("stream_options", in: bytes) {
                usageOption = try UsageOption(member, bytes, limits)
            } else if member.isNamed("max_completion_tokens", in: bytes) {
                // Bounds are taken for what they are worth: whether they are valid is for the upstream to say.
                maximum = member.count(in: bytes)
            } else if member.isNamed("max_tokens", in: bytes) {
                formerMaximum = member.count(in: bytes)
            } else if member.isNamed("n", in: bytes) {
                choiceCount = member.count(in: bytes)
            }
        }
        guard let model, !model.text.isEmpty else { throw .missingParameter("model") }
        self.body = checked
        self.model = model.text
        self.modelValue = model.value
        self.stream = stream
        self.usageOption = usageOption
        maximumTokens = maximum ?? formerMaximum
        self.choiceCount = max(1, choiceCount ?? 1)
    }

    /// The body for an upstream that knows the model under this name; `addUsage` asks a stream to tell its usage.
    package func upstreamBody(model upstreamModel: String, addUsage: Bool) -> [UInt8] {
        var edits: [CheckedBody.Edit] = []
        if upstreamModel != model {
            edits.append(CheckedBody.Edit(range: modelValue, text: JSONString.bytes(upstreamModel)))
        }
        if addUsage, stream { edits += usageOption.edits(at: modelValue.upperBound) }
        return body.applying(edits)
    }
}
