// The times of a realtime session: pings, the longest life, the longest silence, and its turns' deadlines, all by one timer.

import EventLoop
import SessionCore
import Transport

extension RealtimeRelay: TimerHandler {
    /// The longest life that settings and secret leave; zero for no cap.
    private var maximum: Duration {
        let own = self.shared.settings.maximumSession
        guard let bound = self.bound?.maximum else { return own }
        return own > .zero ? min(own, bound) : bound
    }

    /// One timer serves the whole session: both legs' pings, the longest life, the longest silence, and turns' deadlines.
    func schedule() {
        let settings = self.shared.settings
        let loop = self.service.context.loop
        var next = loop.now + self.untilPing(loop.now)
        if self.maximum > .zero {
            next = min(next, self.startedAt + self.maximum)
        }
        if settings.idleSession > .zero {
            next = min(next, loop.now + settings.idleSession / 4)
        }
        if let deadline = self.desk?.book.nextDeadline {
            next = min(next, MonotonicTime(nanoseconds: deadline))
        }
        self.timer = loop.schedule(at: next, self)
    }

    /// A deadline came up that may be before the others.
    func reschedule() {
        guard !self.hasEnded else { return }
        if let timer = self.timer { self.service.context.loop.cancel(timer) }
        self.schedule()
    }

    private var pingInterval: Duration { self.service.context.limits.pingInterval }

    func timerFired(tag: Int) {
        self.timer = nil
        let now = self.service.context.loop.now
        if let desk = self.desk {
            self.run(desk.book.timePassed(now: now.nanoseconds))
        }
        if !self.hasEnded, !self.isHolding {
            self.checkLife(now)
        }
        if !self.hasEnded, self.isPingDue(now) {
            self.client.keepAlive()
            self.upstream.keepAlive()
        }
        if !self.hasEnded, self.timer == nil {
            self.schedule()
        }
    }

    /// What is left of the ping interval, which goes on whatever else the timer is for.
    private func untilPing(_ now: MonotonicTime) -> Duration {
        let passed = self.moment(now) &- self.lastPing
        return max(.zero, self.pingInterval - .milliseconds(passed))
    }

    /// Whether a ping interval has passed since this last said so.
    private func isPingDue(_ now: MonotonicTime) -> Bool {
        let moment = self.moment(now)
        guard Self.hasPassed(self.pingInterval, from: self.lastPing, to: moment) else { return false }
        self.lastPing = moment
        return true
    }

    /// Milliseconds after the beginning, modulo 2^32.
    private func moment(_ now: MonotonicTime) -> UInt32 {
        UInt32(truncatingIfNeeded: (now - self.startedAt).saturatedNanoseconds / 1_000_000)
    }

    private static func hasPassed(_ duration: Duration, from then: UInt32, to now: UInt32) -> Bool {
        now &- then >= UInt32(clamping: duration.saturatedNanoseconds / 1_000_000)
    }

    private func checkLife(_ now: MonotonicTime) {
        let settings = self.shared.settings
        if self.maximum > .zero, now >= self.startedAt + self.maximum {
            self.end(.sessionExpired(), cause: "session_expired")
            return
        }
        let bytes = UInt32(truncatingIfNeeded: self.client.bytesReceived &+ self.upstream.bytesReceived)
        if bytes != self.bytesSeen {
            self.bytesSeen = bytes
            self.lastActivity = self.moment(now)
        } else if settings.idleSession > .zero,
            Self.hasPassed(settings.idleSession, from: self.lastActivity, to: self.moment(now))
        {
            self.end(.sessionIdle(), cause: "session_idle")
        }
    }
}
