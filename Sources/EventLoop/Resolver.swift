// Host names to addresses, on threads of its own because the C library blocks.

/// Why a name has no address.
package enum ResolveFailure: Error, Equatable, Sendable {
    /// Not a host name.
    case invalidName
    /// The name does not exist or has no address.
    case notFound
    /// The name server did not answer; another try may succeed.
    case temporary
    /// The resolver failed in another way.
    case failed
    /// Too many questions are waiting.
    case overloaded
    /// The resolver was stopped.
    case stopped
}

/// Resolves names for all loops of a process.
package final class Resolver: Sendable {
    package init(
        threads: Int = 2,
        queueLimit: Int = 256,
        cacheTTL: Duration = .seconds(30)
    ) throws {}

    /// Resolves, and calls `then` on the loop, never from within this call.
    package func resolve(
        host: String,
        port: Int,
        on loop: LoopHandle,
        then: @escaping @Sendable (EventLoop, Result<[SocketAddress], ResolveFailure>) -> Void
    ) {}

    /// Ends the threads; questions still waiting get `.stopped`.
    package func stop() {}
}
