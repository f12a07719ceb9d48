// Which status an error would have had, where it came without one: in a stream, or in a body with status 200.

extension ProviderError {
    /// The status by which a refusal is judged: Gemini tells of a key that it does not know with 400 (protocol: http §3.5).
    package static func judged(_ status: Int, _ error: ProviderError?) -> Int {
        status == 400 && error?.code == "invalid_api_key" ? 401 : status
    }

    /// The status that goes with what the error says of itself (protocol: http §6); 502 when it says nothing.
    package var presumedStatus: Int {
        if let status { return status }
        switch (code, type) {
        case ("insufficient_quota"?, _), (_, "insufficient_quota"?): return 429
        case ("rate_limit_exceeded"?, _), (_, "rate_limit_exceeded"?), (_, "rate_limit_error"?): return 429
        case ("invalid_api_key"?, _), (_, "authentication_error"?): return 401
        case (_, "permission_error"?): return 403
        case ("model_not_found"?, _), (_, "not_found_error"?): return 404
        case (_, "invalid_request_error"?): return 400
        case ("service_unavailable"?, _), (_, "overloaded_error"?), (_, "service_unavailable"?): return 503
        case ("gateway_timeout"?, _), (_, "timeout"?): return 504
        case (_, "server_error"?), (_, "api_error"?): return 500
        default: return 502
        }
    }
}
