// The timers of an exchange: who waits is kept alive, an upstream that is done gets a moment, and a relay that stops ends what
// is not finished.

import Dialects
import EventLoop
import SessionCore
import Transport

extension HTTPExchange {
    /// After its end the client is served; the upstream gets a moment to end its response so that the connection can be
    /// used again (`robustness.md` E10).
    func lingerOnUpstream() {
        self.startTimer(.lingering, after: self.shared.settings.lingeringResponse)
    }

    /// The relay is to stop: what is not finished in a while is ended.
    func drain() {
        guard !self.hasFinished else { return }
        self.startTimer(.draining, after: self.shared.settings.drainingExchange)
    }

    /// Lets a client that waits for the first event hear from us (protocol: http §1.8: not all dialects bear it).
    func keepClientAlive() {
        let interval = self.shared.settings.streamKeepAlive
        guard interval > .zero, self.call?.isStream ?? false, self.dialect.keepAlive != nil else { return }
        guard !self.hasContent, !self.timers.isRunning(.keepAlive) else { return }
        self.startTimer(.keepAlive, after: interval)
    }

    func cancelKeepAlive() {
        self.timers.cancel(.keepAlive, on: self.service.context.loop)
    }

    private func sayAlive() {
        guard let ping = self.dialect.keepAlive, !self.hasContent, !self.hasFinished else { return }
        if !self.hasBegun { self.beginAnswer(isStream: true, length: nil) }
        self.client.write(ping.span)
        self.keepClientAlive()
    }

    private func startTimer(_ purpose: ExchangeTimer, after delay: Duration) {
        self.timers.start(purpose, after: delay, self, on: self.service.context.loop)
    }

    private func expire() {
        switch self.state {
        case .streaming where self.hasBegun:
            self.dispatch?.cancel()
            self.breakStream(.draining(), status: .ended)
        case .passing:
            self.settle(.ended)
            self.client.abort()
            self.end()
        case .opening, .waiting, .inspecting, .collecting, .gathering, .streaming:
            let error = RelayError.draining()
            self.settle(.ended, httpStatus: error.status)
            self.refuse(error)
        case .over:
            break
        }
    }
}

extension HTTPExchange: TimerHandler {
    func timerFired(tag: Int) {
        guard let purpose = ExchangeTimer(rawValue: tag) else { return }
        self.timers.fired(purpose)
        switch purpose {
        case .draining: self.expire()
        case .lingering: self.end()
        case .keepAlive: self.sayAlive()
        }
    }
}
