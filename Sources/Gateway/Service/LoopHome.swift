// What lives on one loop for as long as the process serves: its transport, its service, its listeners.

import EventLoop
import Logging
import OpenSSLTLS
import Transport

/// The parts of one loop.
///
/// Loop-bound.
final class LoopHome {
    let context: TransportContext
    /// Who serves its addresses.
    var service: (any HTTPService)?
    /// In the order of the addresses.
    private(set) var servers: [HTTPServer] = []

    init(loop: EventLoop, resolver: Resolver, limits: TransportLimits, logger: Logger, openChannels: OpenChannels) {
        self.context = TransportContext(
            loop: loop,
            resolver: resolver,
            limits: limits,
            logger: logger,
            openChannels: openChannels
        )
    }

    /// Binds one more address; returns the address that was bound.
    func listen(on address: SocketAddress, tls: TLSContext?, service: any HTTPService) throws -> SocketAddress {
        let server = try HTTPServer(address: address, tls: tls, service: service, context: self.context)
        self.servers.append(server)
        return server.localAddress ?? address
    }

    /// New handshakes at the addresses in these places are shown these certificates.
    func renew(_ contexts: [Int: TLSContext]) {
        for (place, context) in contexts where self.servers.indices.contains(place) {
            self.servers[place].renew(context)
        }
    }

    func stopAccepting() {
        for server in self.servers {
            server.drain()
        }
    }
}
