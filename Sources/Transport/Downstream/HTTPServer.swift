// One listening socket on one loop: accept, TLS, and a connection for each peer.
//
// When there are as many connections as there may be, no more are accepted: clients wait in the kernel's queue until one
// goes (`robustness.md` A22). The same holds, by the listener's own doing, while descriptors have run out.

package import EventLoop
import Logging
package import OpenSSLTLS

/// Accepts connections and serves HTTP/1.1 and its upgrades on them.
package final class HTTPServer {
    private let context: TransportContext
    private let tls: TLSContext?
    private let service: any HTTPService
    private var listener: Listener?
    private var connections: [ObjectIdentifier: ServerConnection] = [:]
    private var isFull = false
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
    }

    package var localAddress: SocketAddress? { self.listener?.localAddress }
    /// Open HTTP connections; those that became WebSocket legs are not counted.
    package var connectionCount: Int { self.connections.count }

    /// Stops accepting; idle connections close now, busy ones after their exchange.
    package func drain() {
        self.isDraining = true
        self.listener?.close()
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
        guard let channel = try? Channel(descriptor: descriptor, tls: session, context: self.context) else {
            _ = self.context.loop.calls.close(descriptor)
            return
        }
        let connection = ServerConnection(channel: channel, peer: peer, service: self.service) { [weak self] gone in
            self?.forget(gone)
        }
        self.connections[ObjectIdentifier(connection)] = connection
        connection.start()
        if self.connections.count >= self.context.limits.connectionsPerLoop {
            self.isFull = true
            self.listener?.pause()
            self.context.logger.warning("accepting paused", metadata: ["reason": "connection_limit"])
        }
    }

    private func forget(_ connection: ServerConnection) {
        self.connections[ObjectIdentifier(connection)] = nil
        // Some room first, so that a server at its limit does not stop, go and log with every connection.
        let limit = self.context.limits.connectionsPerLoop
        if self.isFull, self.connections.count < limit - limit / 16 {
            self.isFull = false
            self.listener?.resume()
        }
    }

    private func note(_ trouble: Listener.Trouble) {
        switch trouble {
        case .exhausted(let error), .failed(let error):
            self.context.logger.warning(
                "accepting paused",
                metadata: ["reason": "accept_failed", "detail": "\(error)"]
            )
        case .full:
            self.context.logger.warning("accepting paused", metadata: ["reason": "connection_limit"])
        case .recovered:
            self.context.logger.notice("accepting again")
        }
    }
}
