// A loop and all that a test lets it talk to: scripted peers and listeners, stepped between two turns.

package import EventLoop
package import OpenSSLTLS

/// Turns a loop and its peers until something is so.
package final class Stage {
    package let harness: LoopHarness
    private var peers: [ScriptedPeer] = []
    private var listeners: [ScriptedListener] = []

    package init() throws {
        self.harness = try LoopHarness()
    }

    package var loop: EventLoop { self.harness.loop }
    package var calls: FaultyCalls { self.harness.calls }

    // MARK: Who takes part

    /// A peer at the other end of a descriptor.
    package func adopt(
        _ descriptor: CInt,
        tls: TLSContext? = nil,
        serverName: String? = nil
    ) throws -> ScriptedPeer {
        let peer = try ScriptedPeer(descriptor: descriptor, tls: tls, serverName: serverName)
        self.peers.append(peer)
        return peer
    }

    /// A client that connects; TLS when a context is given.
    package func connect(
        to address: SocketAddress,
        tls: TLSContext? = nil,
        serverName: String? = "localhost"
    ) throws -> ScriptedPeer {
        let calls = KernelCalls()
        let descriptor = CInt(try calls.openSocket(for: address).get())
        // Over the loopback interface the kernel completes the handshake inside the call, whatever it answers.
        _ = calls.connect(descriptor, address)
        return try self.adopt(descriptor, tls: tls, serverName: tls == nil ? nil : serverName)
    }

    /// A descriptor on the loop's side and a peer at the other end, connected over TCP.
    package func pair(
        tls: TLSContext? = nil,
        serverName: String? = nil
    ) throws -> (descriptor: CInt, peer: ScriptedPeer) {
        let listener = CInt(try self.calls.openSocket(for: .loopback(port: 0)).get())
        defer { self.calls.close(listener) }
        _ = try self.calls.bind(listener, .loopback(port: 0)).get()
        _ = try self.calls.listen(listener, backlog: 1).get()
        let peer = try self.connect(
            to: self.calls.localAddress(listener) ?? .unspecified,
            tls: tls,
            serverName: serverName
        )
        switch self.calls.accept(listener) {
        case .accepted(let descriptor, _):
            self.calls.setOption(descriptor, .noDelay(true))
            return (descriptor, peer)
        case .failed(let error): throw error
        }
    }

    /// An upstream that listens.
    package func listen(tls: TLSContext? = nil, backlog: Int = 16) throws -> ScriptedListener {
        let listener = try ScriptedListener(tls: tls, backlog: backlog)
        self.listeners.append(listener)
        return listener
    }

    // MARK: Turning

    /// Steps every peer once.
    package func step() {
        for listener in self.listeners {
            self.peers += listener.step()
        }
        for peer in self.peers {
            peer.step()
        }
    }

    /// Turns and steps until the condition holds; false when it does not within the harness's limit.
    package func run(until condition: () -> Bool) -> Bool {
        self.harness.run {
            self.step()
            return condition()
        }
    }

    /// Turns and steps without waiting, for tests that something does *not* happen.
    package func settle(turns: Int = 24) {
        for _ in 0..<turns {
            self.step()
            self.harness.turn()
        }
        // On a busy machine the kernel may tell of what a peer did a little later.
        self.harness.loop.runOnce(timeout: .milliseconds(1))
        self.step()
    }

    /// Lets what can happen now happen, then moves time.
    package func advance(by duration: Duration) {
        self.settle(turns: 4)
        self.harness.advance(by: duration)
        self.settle(turns: 4)
    }

    /// Waits for the next connection of a listener.
    package func accept(_ listener: ScriptedListener) -> ScriptedPeer? {
        var peer: ScriptedPeer?
        _ = self.run {
            peer = listener.takePeer()
            return peer != nil
        }
        return peer
    }
}

@available(*, unavailable)
extension Stage: Sendable {}
