// Reads what an OpenAI-dialect upstream says when it refuses (protocol §1.5). Off the hot path, but on bytes that a stranger
// wrote: the scanner bounds the nesting, where Foundation's decoder would recurse.

extension OpenAIError {
    /// The error in a body `{"error":{…}}`; nil when the body is anything else, an HTML page for instance.
    ///
    /// `message` and `type` are empty when the body names none, and a member of an unexpected type counts as absent: an
    /// error about an error helps nobody. Compatible upstreams also send the error as a bare string, its members at the
    /// top beside `"object":"error"`, and codes that are numbers.
    package static func parse(_ body: [UInt8]) -> OpenAIError? {
        let bytes = body.span
        guard let members = members(bytes, 0..<bytes.count) else { return nil }
        if let error = members.first(where: { $0.isNamed("error", in: bytes) }) {
            if let text = error.string(in: bytes) { return OpenAIError(message: text, type: "") }
            guard error.kind == .object, let inner = self.members(bytes, error.value) else { return nil }
            return OpenAIError(bytes, inner)
        }
        guard members.contains(where: { $0.isNamed("object", in: bytes) && $0.string(in: bytes) == "error" }) else {
            return nil
        }
        return OpenAIError(bytes, members)
    }

    private init(_ bytes: borrowing Span<UInt8>, _ members: [JSONMember]) {
        self.init(message: "", type: "")
        for member in members {
            let text = member.string(in: bytes)
            if member.isNamed("message", in: bytes) {
                message = text ?? ""
            } else if member.isNamed("type", in: bytes) {
                type = text ?? ""
            } else if member.isNamed("param", in: bytes) {
                param = text
            } else if member.isNamed("code", in: bytes) {
                code = text ?? member.count(in: bytes).map(String.init)
            }
        }
    }

    private static func members(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> [JSONMember]? {
        do throws(JSONViolation) {
            return try TopLevelScanner.members(of: bytes, in: range)
        } catch {
            return nil
        }
    }
}
