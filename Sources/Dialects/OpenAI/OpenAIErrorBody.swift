// Errors of a provider in the OpenAI shape, read and written (protocol: http §1.5, §6).

/// Errors as bodies of HTTP answers.
package enum OpenAIErrorBody {
    /// `{"error":{…}}`; what the error does not say of itself follows from the status.
    ///
    /// The request's id has no place in the shape: it stands in a header of the answer.
    package static func body(_ error: ProviderError, status: Int, requestID: String) -> [UInt8] {
        shaped(error, status: status).body
    }

    static func shaped(_ error: ProviderError, status: Int) -> OpenAIError {
        let usual = usual(status)
        return OpenAIError(
            message: error.message,
            type: error.type ?? usual.type,
            param: error.param,
            code: error.code ?? (error.type == nil || error.type == usual.type ? usual.code : nil)
        )
    }

    /// What a provider of this dialect says; nil when the body is anything else, an HTML page for instance.
    package static func parse(_ body: [UInt8]) -> ProviderError? {
        guard let error = OpenAIError.parse(body) else { return nil }
        // Compatibles put the status into the code.
        let status = error.code.flatMap(Int.init).flatMap { (400...599).contains($0) ? $0 : nil }
        return ProviderError(
            status: status,
            type: error.type.isEmpty ? nil : error.type,
            code: error.code,
            message: error.message.isEmpty ? "The provider tells no reason." : error.message,
            param: error.param
        )
    }

    /// The status that the dialect uses for what another one answers with `status`.
    package static func status(_ status: Int, type: String) -> Int {
        switch (status, type) {
        case (402, _): 429
        case (529, _), (_, "overloaded_error"): 503
        case (408, _): 504
        default: status
        }
    }

    /// Type and code of an error of which nothing but the status is known; a code only where the status tells one.
    private static func usual(_ status: Int) -> (type: String, code: String?) {
        switch status {
        case 401: ("authentication_error", "invalid_api_key")
        case 402: ("insufficient_quota", "insufficient_quota")
        case 403: ("permission_error", nil)
        case 413: ("invalid_request_error", "request_too_large")
        case 429: ("rate_limit_exceeded", "rate_limit_exceeded")
        case 400..<500 where status != 408: ("invalid_request_error", nil)
        case 502: ("api_error", "bad_gateway")
        case 503, 529: ("api_error", "service_unavailable")
        case 408, 504: ("api_error", "gateway_timeout")
        default: ("api_error", "server_error")
        }
    }
}
