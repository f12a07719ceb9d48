// The timers of one exchange, each under its purpose; the purpose is the timer's tag.

import EventLoop

/// What an exchange waits for.
enum ExchangeTimer: Int, CaseIterable {
    /// An upstream that has sent its last event ends its response.
    case lingering
    /// The relay is to stop.
    case draining
    /// A client that hears nothing is told that somebody is there.
    case keepAlive
}

/// At most one timer for each purpose.
struct ExchangeTimers {
    private var running: [ExchangeTimer: TimerID] = [:]

    func isRunning(_ purpose: ExchangeTimer) -> Bool { self.running[purpose] != nil }

    /// Sets a timer, in place of one with the same purpose.
    mutating func start(
        _ purpose: ExchangeTimer,
        after delay: Duration,
        _ handler: any TimerHandler,
        on loop: EventLoop
    ) {
        self.cancel(purpose, on: loop)
        self.running[purpose] = loop.schedule(at: loop.now + delay, handler, tag: purpose.rawValue)
    }

    mutating func fired(_ purpose: ExchangeTimer) {
        self.running[purpose] = nil
    }

    mutating func cancel(_ purpose: ExchangeTimer, on loop: EventLoop) {
        if let timer = self.running.removeValue(forKey: purpose) { loop.cancel(timer) }
    }

    mutating func cancelAll(on loop: EventLoop) {
        for timer in self.running.values { loop.cancel(timer) }
        self.running = [:]
    }
}
