// The refusals that only Longwire's own API has, in the words of `RelayError`.

import SessionCore

extension RelayError {
    /// 400: a member or a query item that nobody knows; most often a slip of the pen.
    static func unknownParameter(_ name: String, known: [String]) -> Self {
        let list = known.isEmpty ? "There are none here." : "Known here: \(known.joined(separator: ", "))."
        return .invalidRequest(
            code: "unknown_parameter",
            message: "Unknown parameter: \(RelayError.quoted(name)). \(list)",
            param: Redaction.withoutKeys(
                String(name.unicodeScalars.filter { $0.isASCII && $0.value > 0x20 }.prefix(64).map(Character.init))
            )
        )
    }

    /// 401: nobody is signed in and nothing was shown.
    static func notSignedIn() -> Self {
        var error = RelayError.noCredential()
        error.message =
            "Sign in with POST /api/sign-in, or send the admin key or a Longwire key as 'Authorization: Bearer KEY'."
        return error
    }

    /// 401: wrong name or password; which of them, nobody is told.
    static func wrongPassword() -> Self {
        RelayError(
            status: 401,
            type: "authentication_error",
            code: "sign_in_failed",
            message: "The name or the password is wrong.",
            closeCode: 3000
        )
    }

    /// 403 with a code of its own.
    static func notPermitted(
        _ message: String,
        code: String = "not_permitted",
        param: String? = nil
    ) -> Self {
        RelayError(
            status: 403,
            type: "permission_error",
            code: code,
            message: message,
            param: param,
            closeCode: 3003
        )
    }

    /// 403: a page of another origin seems to be behind the request.
    static func crossSite() -> Self {
        .notPermitted(
            "The request comes from a page of another origin, or does not show that it does not. Send it from the "
                + "console's own origin, or with a key in 'Authorization'.",
            code: "cross_site_request"
        )
    }

    /// 403: the name in `Host` is not this machine's, as with a rebound DNS name.
    static func foreignHost() -> Self {
        .notPermitted(
            "Without an admin key the API answers under localhost, 127.0.0.1 and [::1] only, and not behind a proxy. "
                + "Use one of them, or set 'admin_key' in the configuration.",
            code: "host_not_allowed"
        )
    }

    /// 404: no such key, account, member or session.
    static func noSuch(_ what: String, _ id: String) -> Self {
        RelayError(
            status: 404,
            type: "invalid_request_error",
            code: "not_found",
            message: "There is no \(what) \(quoted(id)).",
            closeCode: 4004
        )
    }

    /// 409: what is there stands against it.
    static func conflict(code: String, _ message: String, param: String? = nil) -> Self {
        var error = RelayError.malformedRequest(status: 409, code: code, message: message)
        error.param = param
        return error
    }

    /// 415: a body that does not say it is JSON; a form of another site cannot say so.
    static func notJSON() -> Self {
        .malformedRequest(
            status: 415,
            code: "unsupported_media_type",
            message: "The body must be JSON. Send it with 'Content-Type: application/json'."
        )
    }

    /// 429: too many attempts to sign in.
    static func tooManyAttempts(retryAfter: Int) -> Self {
        RelayError(
            status: 429,
            type: "rate_limit_exceeded",
            code: "too_many_attempts",
            message: "Too many attempts to sign in. Try again in \(retryAfter) s.",
            closeCode: 1013,
            retryAfter: retryAfter
        )
    }

    /// What a failure of the store becomes; `what` names the kind of entry.
    init(_ error: StoreError, _ what: String) {
        switch error {
        case .notFound(let id):
            self = .noSuch(what, id)
        case .duplicate:
            self = .conflict(
                code: "already_exists",
                "There is another \(what) with this name. Choose another.",
                param: "name"
            )
        case .revoked:
            self = .conflict(code: "key_revoked", "The key was revoked and stays so. Create a new one.")
        case .unavailable, .corrupt, .overloaded:
            self = .serviceUnavailable("The store cannot be used at the moment")
        }
    }
}
