// One listening socket on one loop: accept, TLS, and a connection for each peer.
//
// While the loop has as many clients as it may have, or descriptors have run out, no more are accepted: they wait in the
// kernel's queue (`robustness.md` A22). The one is the gate's doing, the other the listener's.

package import EventLoop
import Logging
package import OpenSSLTLS

/// Accepts connections and serves HTTP/1.1 and its upgrades on them.
package final class HTTPServer {
    private let context: TransportContext
    private var tls: TLSContext?
    private let service: any HTTPService
    private var listener: Listener?
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    private var isDraining = false

    /// Binds and listens; fails with the system's reason.
    package init(
        address: SocketAddress,
        tls: TLSContext?,
        service: any HTTPService,
        context: TransportContext
    ) throws {
        self.context = context
        self.tls = tls
        self.service = service
        self.listener = try Listener(
            on: context.loop,
            address: address,
            reusePort: true,
            onTrouble: { [weak self] in self?.note($0) },
            onAccept: { [weak self] descriptor, peer in self?.accept(descriptor, from: peer) }
        )
        if let listener = self.listener {
            context.acceptGate.add(listener)
        }
    }

    /// Fails when another process listens there.
    ///
    /// With SO_REUSEPORT both would go on, each with a share of the clients.
    package static func claim(_ address: SocketAddress, on loop: EventLoop) throws {
        guard address.port != 0 else { return }
        try Listener(on: loop, address: address, reusePort: false, onAccept: { _, _ in }).close()
    }

    package var localAddress: SocketAddress? { self.listener?.localAddress }
    /// Open HTTP connections; those that became WebSocket legs are not counted.
    package var connectionCount: Int { self.connections.count }

    /// Connections that come from now on are shown another certificate; a listener without TLS stays without.
    package func renew(_ tls: TLSContext) {
        if self.tls != nil { self.tls = tls }
    }

    /// Stops accepting; idle connections close now, busy ones after their exchange.
    package func drain() {
        self.isDraining = true
        if let listener = self.listener {
            self.context.acceptGate.remove(listener)
            listener.close()
        }
        self.listener = nil
        for connection in Array(self.connections.values) {
            connection.drain()
        }
    }

    private func accept(_ descriptor: CInt, from peer: SocketAddress) {
        let session: TLSSession?
        do {
            session = try self.tls.map { try TLSSession(server: $0, output: self.context.tlsOutput) }
        } catch {
            self.context.logger.error("TLS session not made", metadata: ["reason": "\(error)"])
            _ = self.context.loop.calls.close(descriptor)
            return
        }
        let made = try? Channel(descriptor: descriptor, tls: session, context: self.context, isAccepted: true)
        guard let channel = made else {
            _ = self.context.loop.calls.close(descriptor)
            return
        }
        if self.context.acceptGate.opened() {
            self.context.logger.warning("accepting paused", metadata: ["reason": "connection_limit"])
        }
        let connection = ServerConnection(channel: channel, peer: peer, service: self.service) { [weak self] gone in
            self?.connections[ObjectIdentifier(gone)] = nil
        }
        self.connections[ObjectIdentifier(connection)] = connection
        connection.start()
    }

    private func note(_ trouble: Listener.Trouble) {
        switch trouble {
        case .exhausted(let error), .failed(let error):
            self.context.logger.warning(
                "accepting paused",
                metadata: ["reason": "accept_failed", "detail": "\(error)"]
            )
        case .full:
            break  // The gate counts, not the listener.
        case .recovered:
            self.context.logger.notice("accepting again")
        }
    }
}
