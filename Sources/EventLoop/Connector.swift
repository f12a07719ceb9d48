// Connects to one of several addresses on one loop, RFC 8305 (Happy Eyeballs) §4 and §5: the families take turns, each
// attempt gets a head start before the next one joins it, a failed attempt lets the next one start at once, and the
// first to succeed ends the others.

/// Why no address could be connected to.
package enum ConnectFailure: Error, Equatable, Sendable {
    /// There was nothing to try.
    case noAddress
    /// The deadline passed with an attempt still under way.
    case timedOut
    /// Every attempt failed; this is the last of them.
    case failed(SocketAddress, SystemError)
}

/// Makes one connection at a time.
///
/// Belongs to one loop; not `Sendable`. The loop keeps it alive while it connects.
package final class Connector {
    /// Most addresses that are tried; more are ignored.
    package static let addressLimit = 16

    private enum Tag {
        static let deadline = 0
        static let headStart = 1
        static let outcome = 2
    }

    private let loop: EventLoop
    private var then: ((Result<CInt, ConnectFailure>) -> Void)?
    private var waiting: [SocketAddress] = []
    private var attempts: [Attempt] = []
    private var headStart: Duration = .zero
    private var lastFailure = ConnectFailure.noAddress
    private var deadlineTimer: TimerID?
    private var headStartTimer: TimerID?
    /// A result that came while `connect` was still running, and the timer that will deliver it.
    private var outcome: Result<CInt, ConnectFailure>?
    private var outcomeTimer: TimerID?
    private var isStarting = false

    package init(on loop: EventLoop) {
        self.loop = loop
    }

    package var isConnecting: Bool { then != nil }

    /// Connects, and calls `then` once, never from within this call.
    ///
    /// The descriptor is non-blocking with TCP_NODELAY, and the caller's. Ends what was under way before.
    package func connect(
        to addresses: [SocketAddress],
        deadline: MonotonicTime,
        headStart: Duration = .milliseconds(250),
        then: @escaping (Result<CInt, ConnectFailure>) -> Void
    ) {
        cancel()
        self.then = then
        self.headStart = headStart
        lastFailure = .noAddress
        waiting = Array(Connector.interleaved(addresses).prefix(Connector.addressLimit).reversed())
        deadlineTimer = loop.schedule(at: deadline, self, tag: Tag.deadline)
        isStarting = true
        startNext()
        isStarting = false
    }

    /// Gives up; `then` will not be called.
    package func cancel() {
        if case .success(let descriptor) = outcome {
            loop.calls.close(descriptor)
        }
        then = nil
        clear()
    }

    /// The addresses with the families taking turns, the first one's family first (RFC 8305 §4).
    static func interleaved(_ addresses: [SocketAddress]) -> [SocketAddress] {
        guard let first = addresses.first else { return [] }
        let preferred = addresses.filter { $0.family == first.family }
        let others = addresses.filter { $0.family != first.family }
        var result: [SocketAddress] = []
        for index in 0..<max(preferred.count, others.count) {
            if index < preferred.count { result.append(preferred[index]) }
            if index < others.count { result.append(others[index]) }
        }
        return result
    }

    private func startNext() {
        cancelHeadStart()
        while let address = waiting.popLast() {
            switch start(address) {
            case .failed:
                continue
            case .underWay:
                if !waiting.isEmpty {
                    headStartTimer = loop.schedule(at: loop.now + headStart, self, tag: Tag.headStart)
                }
                return
            case .connected(let descriptor):
                finish(.success(descriptor))
                return
            }
        }
        if attempts.isEmpty {
            finish(.failure(lastFailure))
        }
    }

    private enum Started {
        case failed
        case underWay
        case connected(CInt)
    }

    private func start(_ address: SocketAddress) -> Started {
        let descriptor: CInt
        switch loop.calls.openSocket(for: address) {
        case .done(let opened):
            descriptor = CInt(truncatingIfNeeded: opened)
        case .failed(let error):
            lastFailure = .failed(address, error)
            return .failed
        }
        loop.calls.setOption(descriptor, .noDelay(true))
        switch loop.calls.connect(descriptor, address) {
        case .done:
            return .connected(descriptor)
        case .failed(let error) where error == .inProgress || error == .interrupted:
            break
        case .failed(let error):
            lastFailure = .failed(address, error)
            loop.calls.close(descriptor)
            return .failed
        }
        let attempt = Attempt(address: address, descriptor: descriptor, connector: self)
        do {
            attempt.registration = try loop.add(descriptor, .write, attempt)
        } catch {
            lastFailure = .failed(address, error)
            loop.calls.close(descriptor)
            return .failed
        }
        attempts.append(attempt)
        return .underWay
    }

    /// An attempt has come to its end, one way or the other.
    fileprivate func ended(_ attempt: Attempt, _ readiness: Readiness) {
        attempts.removeAll { $0 === attempt }
        attempt.unwatch(on: loop)
        if let error = failure(of: attempt, readiness) {
            lastFailure = .failed(attempt.address, error)
            loop.calls.close(attempt.descriptor)
            startNext()
        } else {
            finish(.success(attempt.descriptor))
        }
    }

    private func failure(of attempt: Attempt, _ readiness: Readiness) -> SystemError? {
        if let error = loop.calls.pendingError(attempt.descriptor) {
            return error
        }
        if !readiness.contains(.writable) || readiness.contains(.hangUp) {
            // Connected and gone again, or never connected.
            return .connectionReset
        }
        // A connect to a free port of this host's ephemeral range can meet itself (simultaneous open, RFC 9293 §3.5).
        if loop.calls.localAddress(attempt.descriptor) == attempt.address {
            return .connectionRefused
        }
        return nil
    }

    private func finish(_ result: Result<CInt, ConnectFailure>) {
        clear()
        if isStarting {
            outcome = result
            outcomeTimer = loop.schedule(at: loop.now, self, tag: Tag.outcome)
        } else {
            deliver(result)
        }
    }

    private func deliver(_ result: Result<CInt, ConnectFailure>) {
        let then = then
        self.then = nil
        then?(result)
    }

    /// Ends all attempts and timers.
    private func clear() {
        for attempt in attempts {
            attempt.unwatch(on: loop)
            loop.calls.close(attempt.descriptor)
        }
        attempts = []
        waiting = []
        outcome = nil
        cancelHeadStart()
        for timer in [deadlineTimer, outcomeTimer].compactMap(\.self) {
            loop.cancel(timer)
        }
        deadlineTimer = nil
        outcomeTimer = nil
    }

    private func cancelHeadStart() {
        if let headStartTimer {
            loop.cancel(headStartTimer)
        }
        headStartTimer = nil
    }
}

extension Connector: TimerHandler {
    package func timerFired(tag: Int) {
        switch tag {
        case Tag.deadline:
            finish(.failure(.timedOut))
        case Tag.headStart:
            headStartTimer = nil
            startNext()
        default:
            guard let result = outcome else { return }
            outcome = nil
            outcomeTimer = nil
            deliver(result)
        }
    }
}

@available(*, unavailable)
extension Connector: Sendable {}

/// One socket that is connecting.
private final class Attempt: ReadinessHandler {
    let address: SocketAddress
    let descriptor: CInt
    var registration: Registration?
    /// Held strongly: a connector lives as long as an attempt of its is watched.
    private let connector: Connector

    init(address: SocketAddress, descriptor: CInt, connector: Connector) {
        self.address = address
        self.descriptor = descriptor
        self.connector = connector
    }

    func unwatch(on loop: EventLoop) {
        if let registration {
            loop.remove(registration)
        }
        registration = nil
    }

    func ready(_ readiness: Readiness) {
        connector.ended(self, readiness)
    }
}
