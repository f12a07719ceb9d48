// The JSON body of a request to one of OpenAI's other endpoints (completions, embeddings, responses, moderations, images,
// speech): it passes to an upstream of the same dialect with at most `model` and `stream_options` replaced.

/// The body of a request that is passed on and metered, never translated.
package struct PassedRequest: Sendable {
    private let body: CheckedBody
    private let modelValue: Range<Int>?
    private let usageOption: UsageOption

    /// The model that the client asks for; nil where it leaves that to the provider, as some endpoints let it.
    package let model: String?
    /// Whether the answer shall be a stream of events.
    package let stream: Bool
    /// The most tokens that the answer may have; nil when the client sets no plain bound.
    package let maximumTokens: Int?
    /// How many answers are asked for at once: `n`.
    package let choiceCount: Int

    /// Whether the client asked for the usage chunk, which `/v1/completions` knows.
    package var includeUsage: Bool { usageOption == .asked }

    package init(_ body: [UInt8], limits: JSONLimits = JSONLimits()) throws(ChatRequestViolation) {
        let checked = try CheckedBody(body, limits: limits)
        let bytes = body.span
        var (model, stream, usageOption) = (JSONMember?.none, false, UsageOption.absent)
        var (maximum, choiceCount): (Int?, Int?)
        for member in checked.members {
            if member.isNamed("model", in: bytes) {
                if member.kind == .null { continue }
                guard member.kind == .string else { throw .wrongType(param: "model", expected: "a string") }
                model = member
            } else if member.isNamed("stream", in: bytes) {
                stream = try CheckedBody.flag(member, bytes, param: "stream") || stream
            } else if member.isNamed("stream_format", in: bytes) {
                // Speech says it like this.
                stream = member.string(in: bytes) == "sse" || stream
            } else if member.isNamed("stream_options", in: bytes) {
                usageOption = try UsageOption(member, bytes, limits)
            } else if member.isNamed("max_output_tokens", in: bytes)
                || member.isNamed("max_completion_tokens", in: bytes) || member.isNamed("max_tokens", in: bytes)
            {
                // Bounds are taken for what they are worth: whether they are valid is for the upstream to say.
                maximum = member.count(in: bytes) ?? maximum
            } else if member.isNamed("n", in: bytes) {
                choiceCount = member.count(in: bytes)
            }
        }
        let name = model.flatMap { $0.string(in: bytes) }
        if model != nil, name?.isEmpty ?? true { throw .missingParameter("model") }
        self.body = checked
        self.model = name
        self.modelValue = checked.members.first { $0.isNamed("model", in: bytes) }?.value
        self.stream = stream
        self.usageOption = usageOption
        self.maximumTokens = maximum
        self.choiceCount = max(1, choiceCount ?? 1)
    }

    /// The body for an upstream that knows the model under this name; `addUsage` asks a stream to tell its usage.
    package func upstreamBody(model upstreamModel: String, addUsage: Bool) -> [UInt8] {
        var edits: [CheckedBody.Edit] = []
        let optionIndex: Int
        if let modelValue {
            if upstreamModel != model {
                edits.append(CheckedBody.Edit(range: modelValue, text: JSONString.bytes(upstreamModel)))
            }
            optionIndex = modelValue.upperBound
        } else {
            let brace = (body.bytes.firstIndex(of: JSONGrammar.openBrace) ?? 0) + 1
            let comma = body.members.isEmpty ? [] : [JSONGrammar.comma]
            let text = Array(#""model":"#.utf8) + JSONString.bytes(upstreamModel) + comma
            edits.append(CheckedBody.Edit(range: brace..<brace, text: text))
            optionIndex = body.members.last?.value.upperBound ?? brace
        }
        if addUsage, stream { edits += usageOption.edits(at: optionIndex) }
        return body.applying(edits)
    }
}
