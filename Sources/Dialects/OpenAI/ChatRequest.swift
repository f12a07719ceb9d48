// The body of `POST /v1/chat/completions` (protocol §1.1): looked at, checked where two parsers could disagree, and passed
// on with at most `model` and `stream_options` replaced. Every other byte, unknown fields and blanks included, stays.

/// What is wrong with the body of a chat request.
package enum ChatRequestViolation: Error, Equatable, Sendable {
    case invalidJSON(JSONViolation)
    case missingParameter(String)
    case wrongType(param: String, expected: String)
    case duplicateParameter(String)

    /// The `code` of the error that answers it, always with status 400.
    package var code: String {
        switch self {
        case .invalidJSON: "invalid_json"
        case .missingParameter: "missing_required_parameter"
        case .wrongType: "invalid_type"
        case .duplicateParameter: "duplicate_parameter"
        }
    }

    /// The parameter at fault.
    package var param: String? {
        switch self {
        case .invalidJSON: nil
        case .missingParameter(let param), .wrongType(let param, _), .duplicateParameter(let param): param
        }
    }

    /// One sentence for the person who reads the answer.
    package var message: String {
        switch self {
        case .invalidJSON(let violation): violation.message
        case .missingParameter(let param): "Missing required parameter: '\(param)'."
        case .wrongType(let param, let expected): "Invalid type for '\(param)': expected \(expected)."
        case .duplicateParameter(let param): "The parameter '\(param)' appears more than once."
        }
    }
}

/// The body of a chat request.
package struct ChatRequest: Sendable {
    private let body: [UInt8]
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

    /// Where and whether `stream_options.include_usage` stands.
    private enum UsageOption: Equatable {
        case asked
        /// There are no stream options.
        case absent
        /// The whole value of `stream_options` is null.
        case nullOptions(Range<Int>)
        /// The options have no such member; it can be put at this index.
        case insertable(at: Int, isOnly: Bool)
        /// The member says false or null.
        case declined(Range<Int>)
    }

    /// Whether the client asked for the usage chunk.
    package var includeUsage: Bool { usageOption == .asked }

    package init(_ body: [UInt8], limits: JSONLimits = JSONLimits()) throws(ChatRequestViolation) {
        let bytes = body.span
        guard Self.isUTF8(bytes) else { throw .invalidJSON(.notUTF8) }
        var model: (text: String, value: Range<Int>)?
        var stream = false
        var usageOption = UsageOption.absent
        var (maximum, formerMaximum, choiceCount): (Int?, Int?, Int?)
        for member in try Self.members(bytes, 0..<bytes.count, limits) {
            if member.isNamed("model", in: bytes) {
                guard let text = member.string(in: bytes) else {
                    throw .wrongType(param: "model", expected: "a string")
                }
                model = (text, member.value)
            } else if member.isNamed("stream", in: bytes) {
                stream = try Self.flag(member, bytes, param: "stream")
            } else if member.isNamed("stream_options", in: bytes) {
                usageOption = try Self.usageOption(member, bytes, limits)
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
        self.body = body
        self.model = model.text
        self.modelValue = model.value
        self.stream = stream
        self.usageOption = usageOption
        maximumTokens = maximum ?? formerMaximum
        self.choiceCount = max(1, choiceCount ?? 1)
    }

    /// The body for an upstream that knows the model under this name; `addUsage` asks a stream to tell its usage.
    package func upstreamBody(model upstreamModel: String, addUsage: Bool) -> [UInt8] {
        var edits: [(range: Range<Int>, text: [UInt8])] = []
        if upstreamModel != model { edits.append((modelValue, JSONString.bytes(upstreamModel))) }
        if addUsage, stream { edits += usageEdits }
        guard !edits.isEmpty else { return body }
        edits.sort { ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound) }
        var output: [UInt8] = []
        output.reserveCapacity(body.count + edits.reduce(0) { $0 + $1.text.count })
        var index = 0
        for edit in edits {
            output.append(contentsOf: body[index..<edit.range.lowerBound])
            output.append(contentsOf: edit.text)
            index = edit.range.upperBound
        }
        output.append(contentsOf: body[index...])
        return output
    }

    private var usageEdits: [(range: Range<Int>, text: [UInt8])] {
        switch usageOption {
        case .asked:
            []
        case .absent:
            [(modelValue.upperBound..<modelValue.upperBound, Array(#","stream_options":{"include_usage":true}"#.utf8))]
        case .nullOptions(let value):
            [(value, Array(#"{"include_usage":true}"#.utf8))]
        case .insertable(let index, let isOnly):
            [(index..<index, Array((isOnly ? #""include_usage":true"# : #""include_usage":true,"#).utf8))]
        case .declined(let value):
            [(value, Array("true".utf8))]
        }
    }

    private static func usageOption(
        _ options: JSONMember,
        _ bytes: borrowing Span<UInt8>,
        _ limits: JSONLimits
    ) throws(ChatRequestViolation) -> UsageOption {
        if options.kind == .null { return .nullOptions(options.value) }
        guard options.kind == .object else { throw .wrongType(param: "stream_options", expected: "an object") }
        let members = try members(bytes, options.value, limits, prefix: "stream_options.")
        for member in members where member.isNamed("include_usage", in: bytes) {
            let isAsked = try flag(member, bytes, param: "stream_options.include_usage")
            return isAsked ? .asked : .declined(member.value)
        }
        return .insertable(at: options.value.lowerBound + 1, isOnly: members.isEmpty)
    }

    /// A boolean; null stands for false.
    private static func flag(
        _ member: JSONMember,
        _ bytes: borrowing Span<UInt8>,
        param: String
    ) throws(ChatRequestViolation) -> Bool {
        if member.kind == .null { return false }
        guard let value = member.bool(in: bytes) else { throw .wrongType(param: param, expected: "a boolean") }
        return value
    }

    private static func members(
        _ bytes: borrowing Span<UInt8>,
        _ range: Range<Int>,
        _ limits: JSONLimits,
        prefix: String = ""
    ) throws(ChatRequestViolation) -> [JSONMember] {
        do throws(JSONViolation) {
            return try TopLevelScanner.members(of: bytes, in: range, limits: limits)
        } catch {
            guard case .duplicateMember(let name) = error else { throw .invalidJSON(error) }
            throw .duplicateParameter(prefix + name)
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
