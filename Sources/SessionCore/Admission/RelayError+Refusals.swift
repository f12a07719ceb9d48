// The rows of the error table that are the client's doing: refusals before anything is dialled.

extension RelayError {
    // MARK: 400

    /// 400 with a code of its own.
    package static func invalidRequest(code: String, message: String, param: String? = nil) -> Self {
        Self(
            status: 400,
            type: "invalid_request_error",
            code: code,
            message: message,
            param: param,
            closeCode: 4000
        )
    }

    /// 400: a parameter that must be there is not.
    package static func missingParameter(_ name: String) -> Self {
        invalidRequest(
            code: "missing_required_parameter",
            message: "Missing required parameter: '\(name)'. Add it and send the request again.",
            param: name
        )
    }

    /// 400: a parameter has a value that cannot be used; `reason` completes the sentence "'name' …".
    package static func invalidParameter(_ name: String, reason: String) -> Self {
        invalidRequest(code: "invalid_value", message: "Invalid value: '\(name)' \(reason).", param: name)
    }

    /// 400: the body is not the JSON it should be.
    package static func invalidJSON(_ reason: String) -> Self {
        invalidRequest(
            code: "invalid_json",
            message: "The body of the request could not be read as JSON: \(reason). Send one JSON object in UTF-8."
        )
    }

    /// 400: two carriers named different keys (robustness B14).
    package static func conflictingCredentials(_ carriers: [Credential.Carrier]) -> Self {
        var names: [String] = []
        for carrier in carriers where !names.contains(carrier.rawValue) { names.append(carrier.rawValue) }
        return invalidRequest(
            code: "conflicting_credentials",
            message: "The request carries different API keys (\(names.joined(separator: ", "))). Send exactly one."
        )
    }

    /// Any other refusal of a malformed or unsupported request: 400, 405, 408, 414, 415, 431, 501, 505.
    package static func malformedRequest(status: Int, code: String, message: String) -> Self {
        Self(status: status, type: "invalid_request_error", code: code, message: message, closeCode: 4000)
    }

    // MARK: 401

    /// 401: no key anywhere.
    package static func noCredential() -> Self {
        Self(
            status: 401,
            type: "authentication_error",
            code: "authentication_failed",
            message: "No API key was given. Send it as 'Authorization: Bearer KEY', in the header 'x-api-key', "
                + "'api-key' or 'x-goog-api-key', as '?key=KEY', or from a browser as the subprotocol "
                + "'openai-insecure-api-key.KEY'.",
            closeCode: 3000
        )
    }

    /// 401: neither the handshake nor the first message behind it showed a key.
    package static func noCredentialSaid() -> Self {
        var error = noCredential()
        error.message =
            "No API key was given. Put it into the first message, as 'session.api_key' or as "
            + "\"authorization\":\"Bearer KEY\", or into the handshake: as 'Authorization: Bearer KEY', as '?key=KEY', "
            + "or from a browser as the subprotocol 'openai-insecure-api-key.KEY'."
        return error
    }

    /// 401: the key is none of ours.
    package static func unknownKey() -> Self {
        Self(
            status: 401,
            type: "invalid_request_error",
            code: "invalid_api_key",
            message: "The API key is not known here. Check that it is complete and was issued by this relay "
                + "(such keys begin with '\(KeyFormat.prefix)').",
            closeCode: 3000
        )
    }

    /// 401: the key's time is over.
    package static func expiredKey() -> Self {
        Self(
            status: 401,
            type: "authentication_error",
            code: "api_key_expired",
            message: "The API key has expired. Ask whoever issued it for a new one.",
            closeCode: 3000
        )
    }

    /// 401: the key was taken back.
    package static func revokedKey() -> Self {
        Self(
            status: 401,
            type: "authentication_error",
            code: "api_key_revoked",
            message: "The API key was revoked. Ask whoever issued it for a new one.",
            closeCode: 3000
        )
    }

    /// 401: the account that owns the key was disabled; to a program the same as a key that was taken back.
    package static func disabledAccount() -> Self {
        var error = revokedKey()
        error.message = "The account of this API key is disabled. Ask whoever runs this relay to enable it again."
        return error
    }

    // MARK: 403

    /// 403: the key may not be used from this address.
    package static func addressNotAllowed() -> Self {
        forbidden(
            code: "ip_not_allowed",
            message: "The API key may not be used from this network address. Connect from an allowed address, or have "
                + "yours added to the key."
        )
    }

    /// 403: browsers on this page's origin may not connect (robustness B9).
    package static func originNotAllowed() -> Self {
        forbidden(
            code: "origin_not_allowed",
            message: "Pages of this origin may not connect. Have the origin added to 'origins' in the configuration."
        )
    }

    /// 403: the key may not use the model.
    package static func modelNotAllowed(_ model: String) -> Self {
        var error = forbidden(
            code: "model_not_allowed",
            message: "The API key may not use the model \(quoted(model)). Use one of its models (GET /v1/models lists "
                + "them), or have this one added to the key."
        )
        error.param = "model"
        return error
    }

    /// 403: only the operator may do this.
    package static func adminOnly() -> Self {
        forbidden(
            code: "admin_key_required",
            message: "This needs the admin key. Send it as 'Authorization: Bearer KEY', or set 'admin_key' in the "
                + "configuration if there is none."
        )
    }

    private static func forbidden(code: String, message: String) -> Self {
        Self(status: 403, type: "permission_error", code: code, message: message, closeCode: 3003)
    }

    // MARK: 404, 405, 413, 426

    /// 404: no such model.
    package static func modelNotFound(_ model: String) -> Self {
        Self(
            status: 404,
            type: "invalid_request_error",
            code: "model_not_found",
            message: "The model \(quoted(model)) does not exist here. GET /v1/models lists those that do.",
            param: "model",
            closeCode: 4004
        )
    }

    /// 400: the model is there, but none of its providers has this endpoint.
    package static func endpointNotServed(_ path: String, model: String) -> Self {
        invalidRequest(
            code: "endpoint_not_supported",
            message: "No provider of the model \(quoted(model)) has the endpoint \(path). Use a model that leads to a "
                + "provider of the OpenAI dialect.",
            param: "model"
        )
    }

    /// 404: nothing lives at this path; give the path without its query.
    package static func notFound(_ path: String) -> Self {
        Self(
            status: 404,
            type: "invalid_request_error",
            code: "not_found",
            message: "There is nothing at \(quoted(path)). Check the path: endpoints begin with /v1 or /v1beta.",
            closeCode: 4004
        )
    }

    /// 405: the path exists, the method does not; `allowed` goes into the `allow` header, too.
    package static func methodNotAllowed(allowed: String) -> Self {
        malformedRequest(
            status: 405,
            code: "method_not_allowed",
            message: "This path does not know the method. Use \(allowed)."
        )
    }

    /// 413: a body or a message beyond the limit.
    package static func tooLarge(limitBytes: Int) -> Self {
        Self(
            status: 413,
            type: "invalid_request_error",
            code: "request_too_large",
            message: "The request is larger than the \(limitBytes) bytes accepted here. Send less at a time.",
            closeCode: 1009
        )
    }

    /// 426: `/v1/realtime` asked for without an upgrade; no realtime session can meet it, so its close code is formal.
    package static func upgradeRequired() -> Self {
        Self(
            status: 426,
            type: "invalid_request_error",
            code: "upgrade_required",
            message: "This path speaks WebSocket only. Connect with ws:// or wss://, or send 'Connection: Upgrade', "
                + "'Upgrade: websocket' and 'Sec-WebSocket-Version: 13'.",
            closeCode: 1002
        )
    }

    // MARK: 429

    /// 429: too many requests or tokens in the last minute.
    ///
    /// `what` begins the sentence "… is reached".
    package static func rateLimited(_ what: String = "The rate limit of this API key", retryAfter: Int) -> Self {
        Self(
            status: 429,
            type: "rate_limit_exceeded",
            code: "rate_limit_exceeded",
            message: "\(what) is reached. Try again in \(retryAfter) s.",
            closeCode: 1013,
            retryAfter: retryAfter
        )
    }

    /// 429: nothing left to spend, by the key or by its account.
    ///
    /// Official clients are told not to try again.
    package static func quotaExceeded(of whom: String = "this API key", retryAfter: Int? = nil) -> Self {
        var error = Self(
            status: 429,
            type: "insufficient_quota",
            code: "insufficient_quota",
            message: "The budget of \(whom) is used up. Have it raised by whoever issued the key.",
            closeCode: 1008,
            retryAfter: retryAfter
        )
        error.shouldRetry = false
        return error
    }

    /// 429: as many sessions at once as the key, or its account, may hold; `who` begins the sentence.
    package static func tooManySessions(limit: Int, of who: String = "This API key") -> Self {
        Self(
            status: 429,
            type: "rate_limit_exceeded",
            code: "too_many_sessions",
            message: "\(who) has all of its \(limit) sessions open. Close one and try again.",
            closeCode: 1013,
            retryAfter: 1
        )
    }
}
