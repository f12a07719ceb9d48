// What becomes of an upstream's no: its own status and words where the client can act on them, ours where they are about our
// credential or are no answer at all (`robustness.md` E2, G2).

import EventLoop
import HTTPFraming
import SessionCore
import Testing
import Transport

@testable import Relay

@Suite("UpstreamRefusal")
struct UpstreamRefusalTests {
    private let candidate = Candidate(
        upstream: Upstream(
            name: "a",
            dialect: .openai,
            baseURL: BaseURL(scheme: .http, host: "a", port: 80, pathPrefix: ""),
            apiKeys: [Secret("provider-secret")]
        ),
        model: "m"
    )
    private let id = RequestID.make()

    private func refusal(
        _ status: Int,
        _ body: String = #"{"error":{"message":"m provider-secret","type":"t","code":"c","param":"p"},"more":1}"#,
        retryAfter: String? = nil
    ) -> UpstreamRefusal {
        let fields = HeaderFields(
            retryAfter.map { [("retry-after", $0), ("set-cookie", "x")] } ?? [("set-cookie", "x")]
        )
        return UpstreamRefusal(
            .refused(status: status, fields: fields, body: Array(body.utf8)),
            from: self.candidate,
            requestID: self.id
        )
    }

    @Test(
        "an error that the client can act on goes on with all it says, but for our key",
        arguments: [400, 404, 422, 429, 500, 503]
    )
    func passedOn(status: Int) throws {
        let refusal = self.refusal(status)
        #expect(refusal.error.status == status)
        #expect(refusal.error.message == "m [redacted]")
        #expect(refusal.error.type == "t" && refusal.error.code == "c")
        let answer = try #require(refusal.answer)
        #expect(answer.status == status)
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(text == #"{"error":{"message":"m [redacted]","type":"t","code":"c","param":"p"},"more":1}"#)
        #expect(answer.fields["x-request-id"] == "\(self.id)")
        #expect(!answer.fields.contains("set-cookie"))
    }

    @Test(
        "what is about our own key, or is no refusal, is a 502 in our words",
        arguments: [401, 403, 200, 204, 302, 399, 600, 999]
    )
    func ours(status: Int) {
        let refusal = self.refusal(status)
        #expect(refusal.error.status == 502)
        #expect(refusal.answer == nil)
        #expect(!refusal.error.message.contains("provider-secret"))
    }

    @Test(
        "a body that is no error is told in our words",
        arguments: ["", "<html>provider-secret", "{}", "[1]", #"{"error":"#]
    )
    func noError(body: String) {
        for status in [400, 403, 404, 429, 500, 502, 503, 504] {
            let refusal = self.refusal(status, body)
            #expect(refusal.answer == nil)
            #expect(!refusal.error.message.contains("html"))
            #expect(refusal.error.status == (status == 403 ? 502 : status))
        }
    }

    @Test(
        "close codes follow the table of errors",
        arguments: [
            (400, 4000), (403, 1014), (404, 4004), (413, 1009), (429, 1013), (500, 1011), (503, 1013), (504, 1014),
        ]
    )
    func closeCodes(status: Int, code: Int) {
        #expect(self.refusal(status).error.closeCode == UInt16(code))
    }

    @Test(
        "retry-after goes on as seconds, from a number or a date (RFC 9110 §10.2.3)",
        arguments: [
            ("7", 7), ("0", 0), ("-5", nil), ("+5", nil), ("soon", nil), ("Fri, 31 Dec 1999 23:59:59 GMT", 0),
            ("99999999999999999999", nil),
        ]
    )
    func retryAfter(text: String, seconds: Int?) {
        let refusal = self.refusal(429, retryAfter: text)
        #expect(refusal.error.retryAfter == seconds)
        #expect(refusal.answer?.fields["retry-after"] == seconds.map { "\($0)" })
    }

    @Test("any other failure has no words of the upstream's")
    func otherFailures() {
        let refusal = UpstreamRefusal(.timeout(.head), from: self.candidate, requestID: self.id)
        #expect(refusal.error.status == 504 && refusal.answer == nil)
    }
}
