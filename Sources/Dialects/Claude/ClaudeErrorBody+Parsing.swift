// What a Claude-dialect upstream says when it refuses, in OpenAI's words (protocol: http §2.5, §6). On bytes that a
// stranger wrote: the scanner bounds the nesting.

extension ClaudeErrorBody {
    /// The error in a body `{"type":"error","error":{…}}`; nil when the body is anything else, an HTML page for instance.
    ///
    /// `message` is empty when the body names none. Compatible upstreams also leave out the outer `type`, and send the
    /// error as a bare string.
    package static func parse(_ body: [UInt8]) -> ProviderError? {
        parse(body.span, 0..<body.count)
    }

    /// The same for a part of the bytes.
    static func parse(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> ProviderError? {
        guard let error = member("error", bytes, range) else { return nil }
        if let text = error.string(in: bytes) { return ProviderError(message: text) }
        guard error.kind == .object else { return nil }
        let message = member("message", bytes, error.value)?.string(in: bytes) ?? ""
        return self.error(type: member("type", bytes, error.value)?.string(in: bytes), message: message)
    }

    /// §6: Claude's type by what OpenAI calls it, with the status that goes with it.
    private static func error(type: String?, message: String) -> ProviderError {
        let (status, translated, code): (Int?, String?, String?) =
            switch type {
            case "invalid_request_error": (400, "invalid_request_error", nil)
            case "authentication_error": (401, "authentication_error", "invalid_api_key")
            case "billing_error": (429, "insufficient_quota", "insufficient_quota")
            case "permission_error": (403, "permission_error", nil)
            case "not_found_error": (404, "invalid_request_error", "model_not_found")
            case "conflict_error": (409, "invalid_request_error", "conflict")
            case "request_too_large": (413, "invalid_request_error", "request_too_large")
            case "rate_limit_error": (429, "rate_limit_error", "rate_limit_exceeded")
            case "api_error": (500, "server_error", "server_error")
            case "timeout_error": (504, "timeout", "gateway_timeout")
            case "overloaded_error": (503, "service_unavailable", "service_unavailable")
            default: (nil, type, nil)
            }
        return ProviderError(status: status, type: translated, code: code, message: message)
    }

    private static func member(
        _ name: StaticString,
        _ bytes: borrowing Span<UInt8>,
        _ range: Range<Int>
    ) -> JSONMember? {
        do throws(JSONViolation) {
            return try TopLevelScanner.members(of: bytes, in: range).last { $0.isNamed(name, in: bytes) }
        } catch {
            return nil
        }
    }
}
