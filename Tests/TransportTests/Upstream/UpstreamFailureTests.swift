// Failures as the log and the error table see them.

import EventLoop
import HTTPFraming
import OpenSSLTLS
import Testing
import WebSocketFraming

@testable import Transport

@Suite("UpstreamFailure")
struct UpstreamFailureTests {
    private static let all: [UpstreamFailure] = [
        .unresolved("notFound"), .unreachable("refused"), .exhausted("no memory"), .tls(.notTLS), .timeout(.resolve),
        .timeout(.connect), .timeout(.tls), .timeout(.head), .timeout(.body), .ended(.clean, nothingSent: true),
        .violation(.malformedStatusLine), .refused(status: 500, fields: HeaderFields(), body: []),
        .badHandshake(.acceptWrong),
    ]

    @Test("each has a token of its own that is fit for a log, and words for the operator")
    func reasons() {
        let reasons = Self.all.map(\.reason)
        #expect(Set(reasons).count == reasons.count)
        for failure in Self.all {
            #expect(failure.reason.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) })
            #expect(!failure.detail.isEmpty)
        }
    }

    @Test("an upstream that was never reached has not begun to work")
    func reach() {
        let before: [UpstreamFailure] = [
            .unresolved("r"), .unreachable("r"), .exhausted("r"), .timeout(.connect), .timeout(.tls),
        ]
        #expect(before.allSatisfy { !$0.requestMayHaveLeft })
        #expect(!UpstreamFailure.ended(.clean, nothingSent: true).requestMayHaveLeft)
        let after: [UpstreamFailure] = [.timeout(.head), .timeout(.body), .ended(.clean, nothingSent: false)]
        #expect(after.allSatisfy { $0.requestMayHaveLeft })
    }

    @Test("only what we lack is ours")
    func ours() {
        #expect(Self.all.filter(\.isOurs) == [.exhausted("no memory")])
    }

    @Test("only timeouts are timeouts")
    func timeouts() {
        for failure in Self.all {
            #expect(failure.isTimeout == failure.reason.contains("timeout"))
        }
    }
}
