// A listening socket on one loop. Accepts in batches; when descriptors or kernel memory run out it pauses, says so
// once, and tries again by a timer, because the pending connection keeps the socket readable all the while.
//
// Invariant: the socket is watched for `.read` exactly while nothing holds accepting up: neither its owner, nor a
// trouble, nor the number of connections.

import Glibc

/// Accepts connections.
///
/// Belongs to one loop; not `Sendable`. To be closed before it is dropped.
package final class Listener {
    /// Connections taken per wake-up, so that a flood of them does not starve those that exist.
    package static let batch = 64
    /// Pause after running out of descriptors.
    package static let troublePause: Duration = .milliseconds(100)

    /// What keeps a listener from accepting.
    package enum Trouble: Equatable, Sendable {
        /// Descriptors or memory have run out; accepting is paused and tried again by itself.
        case exhausted(SystemError)
        /// `accept` failed in a way that is not the connection's fault; accepting is paused and tried again.
        case failed(SystemError)
        /// `maxConnections` are open; accepting goes on when `connectionEnded` is called.
        case full
        /// Accepting works again after one of the above.
        case recovered
    }

    /// Where it listens, with the port that the kernel chose if it was asked to.
    package let localAddress: SocketAddress
    /// Accepted connections for which `connectionEnded` was not yet called.
    package private(set) var connectionCount = 0

    private let loop: EventLoop
    private let descriptor: CInt
    private let maxConnections: Int
    private var onAccept: (CInt, SocketAddress) -> Void
    private var onTrouble: (Trouble) -> Void
    private var registration: Registration?
    private var retry: TimerID?
    /// The trouble that the owner was told of and that is not known to be over.
    private var trouble: Trouble?
    /// Whether that trouble keeps the socket unwatched right now.
    private var isHeldUp = false
    private var isPausedByOwner = false

    /// Binds, listens and starts to accept.
    ///
    /// `onAccept` gets a non-blocking descriptor with TCP_NODELAY, which is its own from then on, and the peer's address.
    package init(
        on loop: EventLoop,
        address: SocketAddress,
        reusePort: Bool = false,
        backlog: Int = 1024,
        maxConnections: Int = .max,
        onTrouble: @escaping (Trouble) -> Void = { _ in },
        onAccept: @escaping (CInt, SocketAddress) -> Void
    ) throws(SystemError) {
        self.loop = loop
        self.maxConnections = max(maxConnections, 1)
        self.onAccept = onAccept
        self.onTrouble = onTrouble
        let calls = loop.calls
        descriptor = CInt(truncatingIfNeeded: try calls.openSocket(for: address).get())
        do {
            _ = try calls.setOption(descriptor, .reuseAddress(true)).get()
            if reusePort {
                _ = try calls.setOption(descriptor, .reusePort(true)).get()
            }
            if address.family == .v6 {
                // [::] serves both families; the peer's address is told apart by `SocketAddress.ipBytes`.
                _ = try calls.setOption(descriptor, .v6Only(false)).get()
            }
            _ = try calls.bind(descriptor, address).get()
            _ = try calls.listen(descriptor, backlog: backlog).get()
        } catch {
            calls.close(descriptor)
            throw error
        }
        localAddress = calls.localAddress(descriptor) ?? address
        do {
            registration = try loop.add(descriptor, .read, self)
        } catch {
            calls.close(descriptor)
            throw error
        }
    }

    /// Stops accepting until `resume`; the kernel's backlog fills meanwhile.
    package func pause() {
        isPausedByOwner = true
        watch()
    }

    package func resume() {
        isPausedByOwner = false
        watch()
    }

    /// Tells that an accepted connection is over; only needed when `maxConnections` is set.
    package func connectionEnded() {
        guard connectionCount > 0 else { return }
        connectionCount -= 1
        if trouble == .full {
            leaveTrouble()
            watch()
        }
    }

    /// Stops listening for good.
    package func close() {
        guard let registration else { return }
        self.registration = nil
        loop.remove(registration)
        loop.calls.close(descriptor)
        if let retry {
            loop.cancel(retry)
        }
        retry = nil
        // The owner's closures usually hold the owner, who holds this listener.
        onAccept = { _, _ in }
        onTrouble = { _ in }
    }

    private var mayAccept: Bool {
        registration != nil && !isPausedByOwner && !isHeldUp
    }

    private func watch() {
        guard let registration else { return }
        loop.update(registration, mayAccept ? .read : [])
    }

    /// Holds accepting up; tells the owner unless this trouble is only going on.
    private func enter(_ trouble: Trouble) {
        isHeldUp = true
        watch()
        if trouble != .full {
            retry = loop.schedule(at: loop.now + Listener.troublePause, self)
        }
        if self.trouble != trouble {
            self.trouble = trouble
            onTrouble(trouble)
        }
    }

    private func leaveTrouble() {
        isHeldUp = false
        guard trouble != nil else { return }
        trouble = nil
        onTrouble(.recovered)
    }

    /// False when there is nothing more to take in this turn.
    private func acceptOne() -> Bool {
        switch loop.calls.accept(descriptor) {
        case .accepted(let connection, let peer):
            leaveTrouble()
            loop.calls.setOption(connection, .noDelay(true))
            connectionCount += 1
            onAccept(connection, peer)
            if registration != nil, connectionCount >= maxConnections {
                enter(.full)
            }
            return true
        case .failed(let error):
            if error.meansTryLater {
                leaveTrouble()
                return false
            }
            if Listener.isOfOneConnection(error) {
                return true
            }
            enter(error.meansExhausted ? .exhausted(error) : .failed(error))
            return false
        }
    }

    /// Whether the error belongs to the connection that was about to be accepted: accept(2) hands over what went wrong
    /// on it before, and wants that treated like a connection that never was.
    private static func isOfOneConnection(_ error: SystemError) -> Bool {
        switch error.code {
        case ECONNABORTED, EPROTO, ENOPROTOOPT, EPERM, ENETDOWN, ENETUNREACH, EHOSTDOWN, EHOSTUNREACH, ENONET,
            EOPNOTSUPP, ETIMEDOUT:
            return true
        default:
            return false
        }
    }
}

extension Listener: ReadinessHandler {
    package func ready(_ readiness: Readiness) {
        for _ in 0..<Listener.batch {
            guard mayAccept, acceptOne() else { return }
        }
    }
}

extension Listener: TimerHandler {
    /// The pause is over: accepting decides whether the trouble is.
    package func timerFired(tag: Int) {
        retry = nil
        isHeldUp = false
        watch()
    }
}

@available(*, unavailable)
extension Listener: Sendable {}
