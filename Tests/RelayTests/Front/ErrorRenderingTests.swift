// How refusals become bytes: the HTTP answer, the realtime event, the event of a stream (design: Errors; protocol: realtime
// §9), and which refusal each failure of an upstream is.

import EventLoop
import HTTPFraming
import OpenSSLTLS
import SessionCore
import Testing
import Transport
import WebSocketFraming

@testable import Relay

@Suite("ErrorRendering")
struct ErrorRenderingTests {
    private let id = RequestID.make()

    @Test("every answer names the exchange, its type, and what the status asks for")
    func answer() throws {
        let unauthorized = ErrorRendering.answer(.unknownKey(), requestID: self.id)
        #expect(unauthorized.status == 401)
        #expect(unauthorized.fields["www-authenticate"] == "Bearer")
        #expect(unauthorized.fields["retry-after"] == nil)
        #expect(unauthorized.fields["x-request-id"] == "\(self.id)")
        #expect(unauthorized.fields["request-id"] == "\(self.id)")
        #expect(unauthorized.fields["content-type"] == "application/json")
        #expect(try ToldError(unauthorized.body).code == "invalid_api_key")
        let limited = ErrorRendering.answer(.rateLimited(retryAfter: 3), requestID: self.id)
        #expect(limited.status == 429)
        #expect(limited.fields["retry-after"] == "3")
        #expect(limited.fields["www-authenticate"] == nil)
        #expect(limited.fields["x-should-retry"] == nil)
    }

    @Test("a refusal by a limit tells the rates, and a spent budget not to try again (http §1.5, §1.6)")
    func limits() {
        var error = RelayError.quotaExceeded(retryAfter: 9)
        error.rateStatus = RateStatus(requests: .init(limit: 3, remaining: 0, resetMilliseconds: 1_500))
        let fields = ErrorRendering.answer(error, requestID: self.id).fields
        #expect(fields["x-should-retry"] == "false" && fields["retry-after"] == "9")
        #expect(fields["x-ratelimit-limit-requests"] == "3" && fields["x-ratelimit-remaining-requests"] == "0")
        #expect(fields["x-ratelimit-reset-requests"] == "1.5s" && fields["x-ratelimit-limit-tokens"] == nil)
    }

    @Test("the same error as a realtime event")
    func events() throws {
        let error = RelayError.badGateway()
        let event = ErrorRendering.event(error)
        #expect(String(decoding: event, as: UTF8.self).hasPrefix(#"{"type":"error","event_id":"event_"#))
        #expect(try ToldError(event).code == "bad_gateway")
        #expect(ErrorRendering.event(error) != event, "each event has an id of its own")
    }

    @Test(
        "a request that never parsed has a status and a code",
        arguments: [
            (HTTPRefusal.timeout, 408, "request_timeout"), (.violation(.bodyTooLarge), 413, "request_too_large"),
            (
                .violation(.unsupportedVersion), HTTPViolation.unsupportedVersion.status,
                HTTPViolation.unsupportedVersion.code
            ),
        ]
    )
    func refusals(refusal: HTTPRefusal, status: Int, code: String) {
        let error = ErrorRendering.error(for: refusal)
        #expect(error.status == status && error.code == code && error.type == "invalid_request_error")
    }

    @Test("an upstream that was too slow is a 504, one that broke a 502, and no host is named")
    func failures() {
        let slow: [UpstreamFailure] = [UpstreamStage.resolve, .connect, .tls, .head, .body].map { .timeout($0) }
        let broken: [UpstreamFailure] = [
            .unresolved("secret.host"), .unreachable("secret.host"), .tls(.internalError("secret.host")),
            .ended(.truncated, nothingSent: true), .violation(.malformedStatusLine), .unusable("secret.host"),
            .badHandshake(.acceptWrong),
        ]
        for (failures, status) in [(slow, 504), (broken, 502)] {
            for failure in failures {
                let error = ErrorRendering.error(for: failure)
                #expect(error.status == status && error.closeCode == 1014)
                #expect(error.retry == .nextRoute)
                #expect(!error.message.contains("secret"))
            }
        }
        let ours = ErrorRendering.error(for: .exhausted("Too many open files"))
        #expect(ours.status == 503 && ours.closeCode == 1013 && ours.blame == .relay)
    }
}
