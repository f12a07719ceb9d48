// Host names to addresses, on threads of its own because the C library blocks.
//
// Questions for one name that overlap share one lookup; answers are kept for a while, as the C library does not tell
// how long they hold. Addresses and `localhost` are answered without asking anybody.
//
// Invariants: a name is in `waiters` from its question until its answer, and in `queue` for the first part of that;
// the semaphore was signalled once per name put into the queue.

import CLinux
import Synchronization

/// Why a name has no address.
package enum ResolveFailure: Error, Equatable, Sendable {
    /// Not a host name, or not a port.
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
    package typealias Answer = Result<[SocketAddress], ResolveFailure>
    /// Looks a name up, blocking; the addresses have port 0.
    package typealias Lookup = @Sendable (String) -> Answer

    /// Most addresses that are taken from one answer.
    package static let addressLimit = 32
    /// How long it is remembered that a name does not exist.
    package static let negativeTTL: Duration = .seconds(1)

    private let core: ResolverCore

    /// Starts the threads.
    ///
    /// `lookup` and `clock` are for tests.
    package init(
        threads: Int = 2,
        queueLimit: Int = 256,
        cacheTTL: Duration = .seconds(30),
        lookup: @escaping Lookup = Resolver.systemLookup,
        clock: @escaping @Sendable () -> MonotonicTime = MonotonicTime.now
    ) throws(SystemError) {
        let core = try ResolverCore(queueLimit: queueLimit, cacheTTL: cacheTTL, lookup: lookup, clock: clock)
        self.core = core
        do {
            for index in 0..<min(max(threads, 1), 64) {
                _ = try LoopThread(name: "lw-resolve-\(index)") { core.work() }
            }
        } catch {
            core.stop()
            throw error
        }
    }

    deinit {
        core.stop()
    }

    /// Resolves, and calls `then` on the loop, never from within this call.
    ///
    /// `host` is a name or an address, the latter with or without brackets.
    package func resolve(
        host: String,
        port: Int,
        on loop: LoopHandle,
        then: @escaping @Sendable (EventLoop, Answer) -> Void
    ) {
        let answer: Answer
        switch Resolver.question(host: host, port: port) {
        case .known(let known):
            answer = known
        case .name(let name, let port):
            let waiter = ResolverCore.Waiter(port: port, loop: loop, then: then)
            guard let immediate = core.ask(name, waiter) else { return }
            answer = immediate
        }
        loop.answer { loop in then(loop, answer) }
    }

    /// Ends the threads; questions still waiting get `.stopped`.
    package func stop() {
        core.stop()
    }

    private enum Question {
        case known(Answer)
        case name(HostName, UInt16)
    }

    private static func question(host: String, port: Int) -> Question {
        guard let port = UInt16(exactly: port) else { return .known(.failure(.invalidName)) }
        var literal = Substring(host)
        if literal.first == "[", literal.last == "]", literal.count >= 2 {
            literal = literal.dropFirst().dropLast()
        }
        if let address = SocketAddress(ip: String(literal), port: port) {
            return .known(.success([address]))
        }
        guard let name = HostName(host) else { return .known(.failure(.invalidName)) }
        if name.isLocalhost {
            return .known(.success([.loopback(port: port), .loopbackV6(port: port)]))
        }
        return .name(name, port)
    }

    /// Asks the C library.
    package static let systemLookup: Lookup = { host in
        unsafe withUnsafeTemporaryAllocation(of: lw_address.self, capacity: addressLimit) { buffer in
            let count = unsafe host.withCString { unsafe lw_resolve($0, buffer.baseAddress, CInt(addressLimit)) }
            switch Int(count) {
            case lw_resolve_not_found: return .failure(.notFound)
            case lw_resolve_temporary: return .failure(.temporary)
            case ..<0: return .failure(.failed)
            default: break
            }
            let addresses = (0..<Int(count)).compactMap { unsafe SocketAddress(kernelForm: buffer[$0]) }
            return .success(addresses)
        }
    }
}
