// The one place where a refusal becomes bytes: an HTTP answer, a realtime `error` event, an in-stream error.

package import Dialects
package import HTTPFraming
package import SessionCore
package import Transport

/// Renders refusals in the client's dialect.
package enum ErrorRendering {
    /// The answer of an HTTP exchange.
    package static func answer(
        _ error: RelayError,
        requestID: RequestID,
        dialect: ChatDialect = .openai
    ) -> HTTPAnswer {
        var fields = self.commonFields(requestID: requestID)
        fields.append("content-type", "application/json")
        if let seconds = error.retryAfter {
            fields.append("retry-after", "\(seconds)")
        }
        if let shouldRetry = error.shouldRetry {
            fields.append("x-should-retry", "\(shouldRetry)")
        }
        fields.append(contentsOf: error.rateStatus?.fields ?? [])
        if error.status == 401 {
            fields.append("www-authenticate", "Bearer")
        }
        // 408 is what a client's own slowness is called everywhere.
        let status = error.status == 408 ? 408 : dialect.status(error.status, type: error.type)
        let body = dialect.errorBody(error.providerError, status: status, requestID: "\(requestID)")
        return HTTPAnswer(status: status, fields: fields, body: body)
    }

    /// `{"error":{…}}`.
    package static func body(_ error: RelayError) -> [UInt8] {
        OpenAIError(message: error.message, type: error.type, param: error.param, code: error.code).body
    }

    /// A realtime `error` event (protocol/realtime.md §9); `causedBy` is the `event_id` of the client's event.
    package static func event(_ error: RelayError, causedBy: String? = nil) -> [UInt8] {
        OpenAIError(message: error.message, type: error.type, param: error.param, code: error.code)
            .realtimeEvent(eventID: EventID.make(), causedBy: causedBy)
    }

    /// The fields that every answer has.
    package static func commonFields(requestID: RequestID) -> HeaderFields {
        let text = requestID.description
        return HeaderFields([("x-request-id", text), ("request-id", text)])
    }

    /// What a request that never parsed is answered.
    package static func error(for refusal: HTTPRefusal) -> RelayError {
        switch refusal {
        case .violation(.bodyTooLarge):
            .malformedRequest(status: 413, code: "request_too_large", message: HTTPViolation.bodyTooLarge.message)
        case .violation(let violation):
            .malformedRequest(status: violation.status, code: violation.code, message: violation.message)
        case .timeout:
            .malformedRequest(
                status: 408,
                code: "request_timeout",
                message: "The request did not arrive in time. Send it again."
            )
        }
    }

    /// What a client is told of an upstream's failure; details stay in our log.
    package static func error(for failure: UpstreamFailure) -> RelayError {
        switch failure {
        case .timeout(.resolve), .timeout(.connect), .timeout(.tls): .gatewayTimeout("accept a connection")
        case .timeout: .gatewayTimeout("answer")
        case .unresolved, .unreachable: .badGateway("could not be reached")
        case .exhausted: .serviceUnavailable("The relay has no room for another connection")
        case .tls: .badGateway("could not be reached over a trusted TLS connection")
        case .ended: .badGateway("broke off the connection")
        case .violation, .unusable, .badHandshake: .badGateway("did not answer as the protocol asks")
        case .refused(let status, _, _): .upstreamRefused(status: status)
        }
    }
}

extension ErrorRendering {
    /// What a request that cannot be read, translated or admitted is answered.
    static func error(for error: any Error) -> RelayError {
        switch error {
        case let error as RelayError: error
        case let violation as ChatRequestViolation: self.error(for: violation)
        case let refusal as ConversionRefusal: self.error(for: refusal)
        case let violation as FormViolation:
            .invalidRequest(code: violation.code, message: violation.message, param: violation.param)
        default: .internalError()
        }
    }

    /// What a request that cannot be said in another dialect is answered (protocol: http §7).
    static func error(for refusal: ConversionRefusal) -> RelayError {
        .invalidRequest(
            code: refusal.code,
            message: Redaction.withoutKeys(refusal.message),
            param: refusal.param.map(Redaction.withoutKeys)
        )
    }

    /// What a chat request that cannot be read is answered (`robustness.md` G8-G11).
    static func error(for violation: ChatRequestViolation) -> RelayError {
        // Names of members are the client's words, and one may be a key (`robustness.md` G1).
        .invalidRequest(
            code: violation.code,
            message: Redaction.withoutKeys(violation.message),
            param: violation.param.map(Redaction.withoutKeys)
        )
    }
}

extension RelayError {
    /// The same in the words that every dialect's error is made of.
    var providerError: ProviderError {
        ProviderError(
            status: self.status,
            type: self.type,
            code: self.code,
            message: self.message,
            param: self.param,
            retryAfter: self.retryAfter
        )
    }
}

extension ErrorRendering {
    /// Names of members in one field, none of which can break it or run on.
    static func fieldText(_ names: [String]) -> String {
        let safe = names.filter { name in
            !name.isEmpty && name.utf8.count <= 128
                && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ",") }
                && Redaction.withoutKeys(name) == name
        }
        return safe.prefix(32).joined(separator: ",")
    }
}
