// Errors as Google tells them (protocol: http §3.5, §6): a code, a status by name, and details under the types of
// google.rpc.

/// Writes and reads Gemini errors.
package enum GeminiErrorBody {
    /// `{"error":{…}}`; the details name the reason, the parameter, the wait and the request, each where there is one.
    package static func body(_ error: ProviderError, status: Int, requestID: String) -> [UInt8] {
        let code = Self.status(status, type: error.type ?? "")
        var output = Array(#"{"error":{"code":\#(code),"message":"#.utf8)
        JSONString.append(error.message, to: &output)
        output.append(contentsOf: #","status":""#.utf8)
        output.append(contentsOf: Self.name(of: code).utf8)
        output.append(contentsOf: #"","details":["#.utf8)
        var details: [JSONValue] = []
        if let reason = error.code {
            details.append([
                "@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": .string(reason.uppercased()),
                "domain": "longwire",
            ])
        }
        if let param = error.param {
            details.append([
                "@type": "type.googleapis.com/google.rpc.BadRequest",
                "fieldViolations": [["field": .string(param), "description": .string(error.message)]],
            ])
        }
        if let seconds = error.retryAfter {
            details.append([
                "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": .string("\(max(seconds, 0))s"),
            ])
        }
        if !requestID.isEmpty {
            details.append([
                "@type": "type.googleapis.com/google.rpc.RequestInfo", "requestId": .string(requestID),
            ])
        }
        for (index, detail) in details.enumerated() {
            if index > 0 { output.append(JSONGrammar.comma) }
            detail.render(into: &output)
        }
        output.append(contentsOf: "]}}".utf8)
        return output
    }

    /// Statuses that other dialects have and Google does not.
    package static func status(_ status: Int, type: String) -> Int {
        switch status {
        case 402: 429
        case 408: 504
        case 529: 503
        default: status
        }
    }

    /// Google's name of a status.
    static func name(of status: Int) -> String {
        switch status {
        case 401: "UNAUTHENTICATED"
        case 402, 429: "RESOURCE_EXHAUSTED"
        case 403: "PERMISSION_DENIED"
        case 404: "NOT_FOUND"
        case 408, 504: "DEADLINE_EXCEEDED"
        case 409: "ABORTED"
        case 426: "FAILED_PRECONDITION"
        case 499: "CANCELLED"
        case 501: "UNIMPLEMENTED"
        case 502, 503, 529: "UNAVAILABLE"
        case 500...: "INTERNAL"
        default: "INVALID_ARGUMENT"
        }
    }
}

// MARK: - Reading

extension GeminiErrorBody {
    /// What a provider answers, also within the array that a stream without `alt=sse` is; nil for HTML and the like.
    ///
    /// A bad key, which Google calls an invalid argument, comes out with status 401.
    package static func parse(_ body: [UInt8]) -> ProviderError? {
        guard let tree = try? JSONParser.parse(body) else { return nil }
        guard let error = (tree.elements.last ?? tree)["error"] else { return nil }
        if let text = error.string { return ProviderError(message: text) }
        guard error.isObject else { return nil }
        return Self.read(error)
    }

    private static func read(_ error: JSONValue) -> ProviderError {
        var result = ProviderError(
            status: error["code"]?.integer ?? error["code"]?.string.flatMap { Int($0) },
            message: error["message"]?.string ?? ""
        )
        if let status = result.status, !(400...599).contains(status) { result.status = nil }
        (result.type, result.code) = Self.words(for: error["status"]?.string ?? "")
        for detail in error["details"]?.elements ?? [] {
            switch detail["@type"]?.string?.split(separator: ".").last {
            case "ErrorInfo"?:
                guard detail["reason"]?.string == "API_KEY_INVALID" else { break }
                result.status = 401
                (result.type, result.code) = Self.words(for: "UNAUTHENTICATED")
            case "RetryInfo"?:
                result.retryAfter = detail["retryDelay"]?.string.flatMap(Self.seconds) ?? result.retryAfter
            case "BadRequest"?:
                result.param = detail["fieldViolations"]?.elements.first?["field"]?.string ?? result.param
            default:
                break
            }
        }
        return result
    }

    /// OpenAI's words for one of Google's (§6).
    private static func words(for status: String) -> (type: String?, code: String?) {
        switch status {
        case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE": ("invalid_request_error", nil)
        case "UNAUTHENTICATED": ("authentication_error", "invalid_api_key")
        case "PERMISSION_DENIED": ("permission_error", nil)
        case "NOT_FOUND": ("invalid_request_error", "model_not_found")
        case "RESOURCE_EXHAUSTED": ("rate_limit_error", "rate_limit_exceeded")
        case "DEADLINE_EXCEEDED": ("timeout", "gateway_timeout")
        case "UNAVAILABLE": ("service_unavailable", "service_unavailable")
        case "INTERNAL", "UNKNOWN", "DATA_LOSS": ("server_error", "server_error")
        default: (nil, nil)
        }
    }

    /// A duration such as `17s` or `0.5s`, rounded up.
    private static func seconds(_ duration: String) -> Int? {
        guard duration.hasSuffix("s"), let seconds = Double(duration.dropLast()), seconds >= 0 else { return nil }
        return Int(exactly: seconds.rounded(.up))
    }
}
