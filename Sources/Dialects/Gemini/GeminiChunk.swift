// A `GenerateContentResponse` (protocol: http §3.3, §3.4): a whole answer, or one chunk of a stream, which has the same
// shape. Read in one walk over its bytes; arguments of calls stay the text that they are.

/// What a Gemini answer, or a chunk of one, says.
struct GeminiChunk {
    /// A piece of a candidate.
    enum Part: Equatable {
        case text(String)
        case thought(String, signature: String?)
        /// The arguments are the text of an object; empty where there were none.
        case call(id: String?, name: String, arguments: String, signature: String?)
        case inline(mimeType: String, data: String)
    }

    struct Candidate: Equatable {
        var index = 0
        var parts: [Part] = []
        var finishReason: String?

        var hasCalls: Bool {
            parts.contains { if case .call = $0 { true } else { false } }
        }
    }

    private(set) var responseID: String?
    private(set) var model: String?
    private(set) var candidates: [Candidate] = []
    /// Why the prompt was not answered.
    private(set) var blockReason: String?
    private(set) var usage: ChatUsage?
    private(set) var hasError = false

    /// Reads the object that a part of the bytes is; throws where it is none.
    ///
    /// `readsNames`: whether the answer's id and model are wanted, which are in every chunk.
    init(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, readsNames: Bool = true) throws(JSONViolation) {
        var cursor = JSONCursor(range)
        guard cursor.kind(bytes) == .object else { throw .notAnObject }
        try cursor.enterObject(bytes)
        while let name = try cursor.nextName(bytes) {
            if name.isNamed("candidates", in: bytes), cursor.kind(bytes) == .array {
                try cursor.enterArray(bytes)
                while try cursor.nextElement(bytes) {
                    guard candidates.count < Self.maximumCandidates else { throw .tooManyMembers }
                    candidates.append(try Self.candidate(bytes, &cursor))
                }
            } else if name.isNamed("usageMetadata", in: bytes) {
                let value = try cursor.skip(bytes)
                usage = GeminiUsage.read(bytes, value) ?? usage
            } else if readsNames, name.isNamed("modelVersion", in: bytes) {
                model = try cursor.string(bytes) ?? model
            } else if readsNames, name.isNamed("responseId", in: bytes) {
                responseID = try cursor.string(bytes) ?? responseID
            } else if name.isNamed("promptFeedback", in: bytes), cursor.kind(bytes) == .object {
                try cursor.enterObject(bytes)
                while let name = try cursor.nextName(bytes) {
                    if name.isNamed("blockReason", in: bytes) {
                        blockReason = try cursor.string(bytes) ?? blockReason
                    } else {
                        _ = try cursor.skip(bytes)
                    }
                }
            } else if name.isNamed("error", in: bytes) {
                hasError = cursor.kind(bytes) != .null
                _ = try cursor.skip(bytes)
            } else {
                _ = try cursor.skip(bytes)
            }
        }
        try cursor.finish(bytes)
    }

    /// The most candidates of one chunk; Gemini gives eight at most.
    static let maximumCandidates = 64

    private static func candidate(
        _ bytes: borrowing Span<UInt8>,
        _ cursor: inout JSONCursor
    ) throws(JSONViolation) -> Candidate {
        var candidate = Candidate()
        guard cursor.kind(bytes) == .object else {
            _ = try cursor.skip(bytes)
            return candidate
        }
        try cursor.enterObject(bytes)
        while let name = try cursor.nextName(bytes) {
            if name.isNamed("index", in: bytes) {
                candidate.index = try cursor.count(bytes)
            } else if name.isNamed("finishReason", in: bytes) {
                candidate.finishReason = try cursor.string(bytes).flatMap { $0.isUnspecifiedReason ? nil : $0 }
            } else if name.isNamed("content", in: bytes), cursor.kind(bytes) == .object {
                try cursor.enterObject(bytes)
                while let name = try cursor.nextName(bytes) {
                    guard name.isNamed("parts", in: bytes), cursor.kind(bytes) == .array else {
                        _ = try cursor.skip(bytes)
                        continue
                    }
                    try cursor.enterArray(bytes)
                    while try cursor.nextElement(bytes) {
                        if let part = try Self.part(bytes, &cursor) { candidate.parts.append(part) }
                    }
                }
            } else {
                _ = try cursor.skip(bytes)
            }
        }
        return candidate
    }

    /// Nil for a part of no use to others: code that Google ran, and what comes new.
    private static func part(
        _ bytes: borrowing Span<UInt8>,
        _ cursor: inout JSONCursor
    ) throws(JSONViolation) -> Part? {
        guard cursor.kind(bytes) == .object else {
            _ = try cursor.skip(bytes)
            return nil
        }
        var (text, signature): (String?, String?) = (nil, nil)
        var isThought = false
        var part: Part?
        try cursor.enterObject(bytes)
        while let name = try cursor.nextName(bytes) {
            if name.isNamed("text", in: bytes) {
                text = try cursor.string(bytes)
            } else if name.isNamed("thought", in: bytes) {
                isThought = try cursor.isTrue(bytes)
            } else if name.isNamed("thoughtSignature", in: bytes) {
                signature = try cursor.string(bytes)
            } else if name.isNamed("functionCall", in: bytes), cursor.kind(bytes) == .object {
                part = try Self.call(bytes, &cursor)
            } else if name.isNamed("inlineData", in: bytes), cursor.kind(bytes) == .object {
                part = try Self.inline(bytes, &cursor)
            } else {
                _ = try cursor.skip(bytes)
            }
        }
        if case .call(let id, let name, let arguments, _)? = part {
            return .call(id: id, name: name, arguments: arguments, signature: signature)
        }
        if let part { return part }
        if isThought { return .thought(text ?? "", signature: signature) }
        return text.map(Part.text)
    }

    private static func call(
        _ bytes: borrowing Span<UInt8>,
        _ cursor: inout JSONCursor
    ) throws(JSONViolation) -> Part {
        var (id, name, arguments): (String?, String, String) = (nil, "", "")
        try cursor.enterObject(bytes)
        while let member = try cursor.nextName(bytes) {
            if member.isNamed("id", in: bytes) {
                id = try cursor.string(bytes).flatMap { $0.isEmpty ? nil : $0 }
            } else if member.isNamed("name", in: bytes) {
                name = try cursor.string(bytes) ?? ""
            } else if member.isNamed("args", in: bytes), cursor.kind(bytes) == .object {
                let range = try cursor.skip(bytes)
                arguments = unsafe bytes.extracting(range).withUnsafeBufferPointer {
                    unsafe String(decoding: $0, as: UTF8.self)
                }
            } else {
                _ = try cursor.skip(bytes)
            }
        }
        return .call(id: id, name: name, arguments: arguments, signature: nil)
    }

    private static func inline(
        _ bytes: borrowing Span<UInt8>,
        _ cursor: inout JSONCursor
    ) throws(JSONViolation) -> Part? {
        var (type, data): (String?, String?) = (nil, nil)
        try cursor.enterObject(bytes)
        while let member = try cursor.nextName(bytes) {
            if member.isNamed("mimeType", in: bytes) {
                type = try cursor.string(bytes)
            } else if member.isNamed("data", in: bytes) {
                data = try cursor.string(bytes)
            } else {
                _ = try cursor.skip(bytes)
            }
        }
        guard let type, let data else { return nil }
        return .inline(mimeType: type, data: data)
    }
}

extension String {
    /// Whether Gemini says thereby that the candidate goes on.
    fileprivate var isUnspecifiedReason: Bool { isEmpty || self == "FINISH_REASON_UNSPECIFIED" }
}
