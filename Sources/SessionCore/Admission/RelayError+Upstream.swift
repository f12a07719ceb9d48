// The rows of the error table that are an upstream's doing or our own, and what a provider's refusal becomes.

extension RelayError {
    /// 500: a fault of ours; the message tells nothing of the inside.
    package static func internalError() -> Self {
        Self(
            status: 500,
            type: "api_error",
            code: "server_error",
            message:
                "The relay failed to handle this request. Try again; if it keeps happening, report the request id.",
            closeCode: 1011,
            blame: .relay
        )
    }

    /// 502: an upstream could not be reached, or broke; `reason` completes "The provider …" and names no host.
    package static func badGateway(_ reason: String = "could not be reached or broke off") -> Self {
        Self(
            status: 502,
            type: "api_error",
            code: "bad_gateway",
            message: "The provider \(reason). Try again, or use another model.",
            closeCode: 1014,
            blame: .upstream,
            retry: .nextRoute
        )
    }

    /// 503: no upstream is fit to serve the model, or a store does not answer.
    package static func serviceUnavailable(
        _ reason: String = "No provider for this model is available at the moment",
        retryAfter: Int = 5
    ) -> Self {
        Self(
            status: 503,
            type: "api_error",
            code: "service_unavailable",
            message: "\(reason). Try again shortly.",
            closeCode: 1013,
            retryAfter: retryAfter,
            blame: .relay
        )
    }

    /// 503 while the relay shuts down; a realtime session is told 1001, which SDKs take as a call to reconnect.
    package static func draining() -> Self {
        Self(
            status: 503,
            type: "api_error",
            code: "service_unavailable",
            message: "The relay is shutting down. Connect again.",
            closeCode: 1001,
            retryAfter: 1,
            blame: .relay
        )
    }

    /// 504: an upstream took too long; `stage` is what was waited for, such as "accept the connection".
    package static func gatewayTimeout(_ stage: String = "answer") -> Self {
        Self(
            status: 504,
            type: "api_error",
            code: "gateway_timeout",
            message: "The provider did not \(stage) in time. Try again, or use another model.",
            closeCode: 1014,
            blame: .upstream,
            retry: .nextRoute
        )
    }

    /// What an upstream's refusal becomes (robustness E2, protocol reference for HTTP, §6).
    ///
    /// The provider's own status and words go to the client where the client can act on them; `message` must have been
    /// redacted. 401 and 403 concern the key of ours, so they are a 502 that blames nobody in front; what is no refusal
    /// at all (1xx, 2xx, 3xx) is a 502, too: redirects are never followed with a key.
    package static func upstreamRefused(
        status: Int,
        type: String? = nil,
        code: String? = nil,
        message: String? = nil,
        param: String? = nil,
        retryAfter: Int? = nil
    ) -> Self {
        let words = message.flatMap { $0.isEmpty ? nil : $0 }
        switch status {
        case 401, 403:
            var error = badGateway("refused the credentials it was given")
            error.code = "upstream_auth_error"
            return error
        case 402, 429:
            let quota = status == 402 || code == "insufficient_quota"
            let name = quota ? "insufficient_quota" : "rate_limit_exceeded"
            return Self(
                status: 429,
                type: type ?? name,
                code: code ?? name,
                message: words ?? "The provider limits how much may be asked of it. Try again later.",
                param: param,
                closeCode: quota ? 1008 : 1013,
                retryAfter: retryAfter,
                blame: .upstream,
                retry: .nextRoute
            )
        case 404:
            return Self(
                status: 404,
                type: type ?? "invalid_request_error",
                code: code ?? "model_not_found",
                message: words ?? "The provider does not know the model.",
                param: param,
                closeCode: 4004,
                blame: .upstream,
                retry: .nextRoute
            )
        case 400...499:
            return Self(
                status: status,
                type: type ?? "invalid_request_error",
                code: code ?? "invalid_request",
                message: words ?? "The provider refused the request with status \(status).",
                param: param,
                closeCode: status == 413 ? 1009 : 4000,
                blame: .client
            )
        case 500...599:
            return failed(status: status, type: type, code: code, words: words, retryAfter: retryAfter)
        default:
            return badGateway("answered with the unexpected status \(status)")
        }
    }

    private static func failed(
        status: Int,
        type: String?,
        code: String?,
        words: String?,
        retryAfter: Int?
    ) -> Self {
        let row: (code: String, close: UInt16) =
            switch status {
            case 503, 529: ("service_unavailable", 1013)
            case 504: ("gateway_timeout", 1014)
            case 500: ("server_error", 1011)
            default: ("bad_gateway", 1014)
            }
        return Self(
            status: status == 529 ? 503 : status,
            type: type ?? "api_error",
            code: code ?? row.code,
            message: words ?? "The provider failed with status \(status). Try again, or use another model.",
            closeCode: row.close,
            retryAfter: retryAfter,
            blame: .upstream,
            retry: .nextRoute
        )
    }
}
