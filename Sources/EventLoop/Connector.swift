// Connects to one of several addresses: RFC 8305 (Happy Eyeballs) on one loop.

/// Why no address could be connected to.
package enum ConnectFailure: Error, Equatable, Sendable {
    /// There was nothing to try.
    case noAddress
    /// The deadline passed with no attempt done.
    case timedOut
    /// Every attempt failed; this is the last of them.
    case failed(SocketAddress, SystemError)
}

/// Makes one connection at a time.
///
/// Belongs to one loop; not `Sendable`.
package final class Connector {
    /// Most addresses that are tried; more are ignored.
    package static let addressLimit = 16

    private let loop: EventLoop

    package init(on loop: EventLoop) {
        self.loop = loop
    }

    /// Connects, and calls `then` once, never from within this call.
    ///
    /// The descriptor is non-blocking with TCP_NODELAY, and the caller's.
    package func connect(
        to addresses: [SocketAddress],
        deadline: MonotonicTime,
        headStart: Duration = .milliseconds(250),
        then: @escaping (Result<CInt, ConnectFailure>) -> Void
    ) {}

    /// Gives up; `then` will not be called.
    package func cancel() {}
}

@available(*, unavailable)
extension Connector: Sendable {}
