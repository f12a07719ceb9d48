// What every try of an upstream tells about it: it answers, and how fast, or it does not.
//
// A refusal that is the client's doing is the answer of an upstream that works.

import EventLoop
import SessionCore
import Transport

extension RelayShared {
    /// An upstream answered with a status, or opened a session.
    func note(answer status: Int, of upstream: String, since start: MonotonicTime, until end: MonotonicTime? = nil) {
        let refusal = status < 400 ? nil : RelayError.upstreamRefused(status: status)
        if let refusal, refusal.blame != .client {
            self.health.failed(upstream, reason: refusal.code)
            self.metrics.upstream(name: upstream, ok: false)
        } else {
            let milliseconds = ((end ?? MonotonicTime.now()) - start).saturatedNanoseconds / 1_000_000
            self.health.succeeded(upstream, milliseconds: Int(clamping: milliseconds))
            self.metrics.upstream(name: upstream, ok: true)
        }
    }

    /// An upstream could not be reached, broke off or refused a session.
    func note(
        failure: UpstreamFailure,
        of upstream: String,
        since start: MonotonicTime,
        until end: MonotonicTime? = nil
    ) {
        if case .refused(let status, _, _) = failure {
            self.note(answer: status, of: upstream, since: start, until: end)
        } else if !failure.isOurs {
            self.health.failed(upstream, reason: failure.reason)
            self.metrics.upstream(name: upstream, ok: false)
        }
    }
}
