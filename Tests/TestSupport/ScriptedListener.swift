// An upstream in a test's hands: a listening socket whose connections are scripted peers.

package import EventLoop
package import OpenSSLTLS

/// Accepts connections when asked to.
package final class ScriptedListener {
    package let address: SocketAddress
    private let calls = KernelCalls()
    private let tls: TLSContext?
    private var descriptor: CInt?
    /// Accepted and not yet taken by the test, oldest first.
    private var waiting: [ScriptedPeer] = []
    /// Connections that ever came.
    package private(set) var acceptedCount = 0
    /// False leaves connections in the kernel's backlog.
    package var isAccepting = true
    /// False makes connections whose peers read nothing until they are told to, TLS handshakes included.
    package var peersRead = true

    /// Listens on 127.0.0.1 at a free port.
    package init(tls: TLSContext? = nil, backlog: Int = 16) throws {
        self.tls = tls
        let descriptor = CInt(try self.calls.openSocket(for: .loopback(port: 0)).get())
        self.descriptor = descriptor
        _ = try self.calls.bind(descriptor, .loopback(port: 0)).get()
        _ = try self.calls.listen(descriptor, backlog: backlog).get()
        self.address = self.calls.localAddress(descriptor) ?? .unspecified
    }

    deinit {
        self.close()
    }

    package var port: Int { Int(self.address.port) }

    /// Stops listening; later connects are refused.
    package func close() {
        guard let descriptor = self.descriptor else { return }
        self.descriptor = nil
        self.calls.close(descriptor)
    }

    /// Accepts what waits, and returns it.
    func step() -> [ScriptedPeer] {
        guard let descriptor = self.descriptor, self.isAccepting else { return [] }
        var accepted: [ScriptedPeer] = []
        while case .accepted(let connection, _) = self.calls.accept(descriptor) {
            self.acceptedCount += 1
            guard let peer = try? ScriptedPeer(descriptor: connection, tls: self.tls) else {
                self.calls.close(connection)
                continue
            }
            peer.isReading = self.peersRead
            accepted.append(peer)
        }
        self.waiting += accepted
        return accepted
    }

    /// The oldest connection that the test has not taken yet.
    package func takePeer() -> ScriptedPeer? {
        self.waiting.isEmpty ? nil : self.waiting.removeFirst()
    }
}

@available(*, unavailable)
extension ScriptedListener: Sendable {}
