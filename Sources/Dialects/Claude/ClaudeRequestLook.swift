// The body of `POST /v1/messages` and `/v1/messages/count_tokens` for an upstream of the same dialect (protocol: http
// §2.2): looked at, checked where two parsers could disagree, and passed on with at most `model` replaced. Every other
// byte, unknown fields and blanks included, stays.

/// What a relay must know of a body that it passes on.
package struct ClaudeRequestLook: Sendable {
    private let body: [UInt8]
    private let modelValue: Range<Int>

    /// The model that the client asks for.
    package let model: String
    /// Whether the answer shall be a stream.
    package let stream: Bool
    /// The most tokens that the answer may have; nil when the client sets no plain bound.
    package let boundedAnswerTokens: Int?

    package init(_ body: [UInt8], limits: JSONLimits = JSONLimits()) throws(ChatRequestViolation) {
        let bytes = body.span
        guard Self.isUTF8(bytes) else { throw .invalidJSON(.notUTF8) }
        var model: (text: String, value: Range<Int>)?
        var stream = false
        var maximum: Int?
        for member in try Self.members(bytes, limits) {
            if member.isNamed("model", in: bytes) {
                guard let text = member.string(in: bytes) else {
                    throw .wrongType(param: "model", expected: "a string")
                }
                model = (text, member.value)
            } else if member.isNamed("stream", in: bytes) {
                guard let flag = member.kind == .null ? false : member.bool(in: bytes) else {
                    throw .wrongType(param: "stream", expected: "a boolean")
                }
                stream = flag
            } else if member.isNamed("max_tokens", in: bytes) {
                // Whether the bound is valid is for the upstream to say.
                maximum = member.count(in: bytes)
            }
        }
        guard let model, !model.text.isEmpty else { throw .missingParameter("model") }
        self.body = body
        self.model = model.text
        self.modelValue = model.value
        self.stream = stream
        self.boundedAnswerTokens = maximum
    }

    /// The body for an upstream that knows the model under this name.
    package func upstreamBody(model upstreamModel: String) -> [UInt8] {
        guard upstreamModel != model else { return body }
        var output: [UInt8] = []
        output.reserveCapacity(body.count + upstreamModel.utf8.count)
        output.append(contentsOf: body[..<modelValue.lowerBound])
        JSONString.append(upstreamModel, to: &output)
        output.append(contentsOf: body[modelValue.upperBound...])
        return output
    }

    private static func members(
        _ bytes: borrowing Span<UInt8>,
        _ limits: JSONLimits
    ) throws(ChatRequestViolation) -> [JSONMember] {
        do throws(JSONViolation) {
            return try TopLevelScanner.members(of: bytes, limits: limits)
        } catch {
            guard case .duplicateMember(let name) = error else { throw .invalidJSON(error) }
            throw .duplicateParameter(name)
        }
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
