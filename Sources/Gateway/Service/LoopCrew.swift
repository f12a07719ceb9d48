// The loops of a process, each with the same service on the same addresses.
//
// A port of 0 is chosen once, by the first loop, and then bound by all the others (SO_REUSEPORT), so that every loop
// accepts its share.

package import EventLoop
package import Logging
package import OpenSSLTLS
import Synchronization
package import Transport

/// One address to listen on.
package struct Binding: Sendable {
    package var address: SocketAddress
    package var tls: TLSContext?

    package init(address: SocketAddress, tls: TLSContext?) {
        self.address = address
        self.tls = tls
    }
}

/// Why a listener could not be had.
package struct BindingError: Error, Sendable, CustomStringConvertible {
    package let description: String
}

/// Running loops that serve.
package final class LoopCrew: Sendable {
    package typealias MakeService = @Sendable (TransportContext, _ index: Int) throws -> any HTTPService
    /// Told on each loop when draining begins; calls its argument when the service has nothing left under way.
    package typealias Drain = @Sendable (any HTTPService, _ quiet: @escaping @Sendable () -> Void) -> Void

    package let group: EventLoopGroup
    private let resolver: Resolver
    private let limits: TransportLimits
    private let logger: Logger
    private let draining = Latch()
    private let stopped = Latch()
    private let quiet: QuietCount
    private let homes = Mutex<[LoopOwned<LoopHome>]>([])
    let openChannels = OpenChannels()

    package init(loops count: Int, limits: TransportLimits, logger: Logger) throws {
        self.group = try EventLoopGroup.start(count: count, calls: { _ in KernelCalls(room: .process) })
        self.resolver = try Resolver()
        self.limits = limits
        self.logger = logger
        self.quiet = QuietCount()
    }

    /// Serves on every loop; returns the addresses that were bound, in the order of `bindings`.
    ///
    /// A crew that cannot is stopped.
    package func serve(
        _ bindings: [Binding],
        make: @escaping MakeService,
        drain: @escaping Drain
    ) async throws -> [SocketAddress] {
        do {
            return try await self.settle(bindings, make, drain)
        } catch {
            await self.shutDown(grace: .zero)
            throw error
        }
    }

    private func settle(
        _ bindings: [Binding],
        _ make: @escaping MakeService,
        _ drain: @escaping Drain
    ) async throws -> [SocketAddress] {
        var bound = bindings
        for (index, handle) in self.group.loops.enumerated() {
            let wanted = bound
            self.quiet.add()
            let result = try await handle.submit { loop in
                Result<[SocketAddress], BindingError> { () throws(BindingError) in
                    try self.settle(on: loop, index, wanted, make, drain)
                }
            }
            let addresses = try result.get()
            for (position, address) in addresses.enumerated() {
                bound[position].address = address
            }
        }
        return bound.map(\.address)
    }

    private func settle(
        on loop: EventLoop,
        _ index: Int,
        _ bindings: [Binding],
        _ make: MakeService,
        _ drain: @escaping Drain
    ) throws(BindingError) -> [SocketAddress] {
        let home = LoopHome(
            loop: loop,
            resolver: self.resolver,
            limits: self.limits,
            logger: self.logger,
            openChannels: self.openChannels
        )
        // Held until the loop's thread has ended: nothing else may end a service with work under way.
        let owned = LoopOwned(home, on: loop.handle)
        self.homes.withLock { $0.append(owned) }
        let service: any HTTPService
        do {
            service = try make(home.context, index)
        } catch {
            throw BindingError(description: "\(error)")
        }
        home.service = service
        var addresses: [SocketAddress] = []
        for binding in bindings {
            do {
                if index == 0 {
                    try HTTPServer.claim(binding.address, on: loop)
                }
                addresses.append(try home.listen(on: binding.address, tls: binding.tls, service: service))
            } catch {
                throw BindingError(
                    description: "cannot listen on \(binding.address): \(error); choose another address or port"
                )
            }
        }
        let (draining, quiet) = (self.draining, self.quiet)
        loop.perform {
            await draining.wait()
        } then: {
            owned.withValue { home in
                home.stopAccepting()
                if let service = home.service { drain(service) { quiet.remove() } }
            }
        }
        return addresses
    }

    /// A loop with a full queue is asked again after this long.
    private static let pauseBeforeNextTry: Duration = .milliseconds(20)

    /// Runs something on every loop, one after the other; false when the crew was stopped before all of them had.
    func everywhere(_ body: @escaping @Sendable (LoopHome) -> Void) async -> Bool {
        for home in self.homes.withLock({ $0 }) {
            while true {
                guard !self.stopped.isOpen, !Task.isCancelled else { return false }
                let isDone = try? await home.loop.submit { _ in home.withValue(body) != nil }
                if isDone ?? false { break }
                try? await Task.sleep(for: Self.pauseBeforeNextTry)
            }
        }
        return true
    }

    /// Last words are on their way to peers that take them slowly; their channels close when they are taken.
    private func waitForChannels(until end: ContinuousClock.Instant) async {
        while self.openChannels.count > 0, ContinuousClock.now < end {
            try? await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Stops accepting, lets services end their work, and ends the loops; at the latest after `grace`.
    package func shutDown(grace: Duration) async {
        let end = ContinuousClock.now + grace
        self.draining.open()
        await self.quiet.wait(atMost: grace)
        await self.waitForChannels(until: end)
        self.stopped.open()
        self.resolver.stop()
        self.group.stop()
        self.group.join()
        for home in self.homes.withLock({ $0 }) { home.release() }
    }
}
