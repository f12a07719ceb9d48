import EventLoop
import Glibc
import TestSupport
import Testing

@Suite("Listener")
struct ListenerTests {
    /// A listener on the harness's loop with what it reported, and clients for it.
    private final class Bench {
        let harness: LoopHarness
        let listener: Listener
        private(set) var accepted: [(descriptor: CInt, peer: SocketAddress)] = []
        private(set) var troubles: [Listener.Trouble] = []
        private var clients: [CInt] = []
        private let calls = KernelCalls()
        var onAccept: () -> Void = {}

        init(maxConnections: Int = .max) throws {
            final class Box { weak var bench: Bench? }
            let box = Box()
            harness = try LoopHarness()
            listener = try Listener(
                on: harness.loop,
                address: .loopback(port: 0),
                maxConnections: maxConnections,
                onTrouble: { box.bench?.troubles.append($0) },
                onAccept: { descriptor, peer in
                    box.bench?.accepted.append((descriptor, peer))
                    box.bench?.onAccept()
                }
            )
            box.bench = self
        }

        deinit {
            listener.close()
            for descriptor in clients + accepted.map(\.descriptor) {
                harness.calls.close(descriptor)
            }
        }

        /// Connects; the kernel completes the handshake on its own.
        func connect(_ count: Int = 1) throws {
            for _ in 0..<count {
                let descriptor = CInt(try calls.openSocket(for: listener.localAddress).get())
                _ = calls.connect(descriptor, listener.localAddress)
                clients.append(descriptor)
            }
        }

        func local(_ client: Int) -> SocketAddress? {
            calls.localAddress(clients[client])
        }
    }

    @Test("hands over connections with their peer's address, non-blocking and without delay")
    func accept() throws {
        let bench = try Bench()
        #expect(bench.listener.localAddress.port != 0)
        try bench.connect()
        bench.harness.turn()
        let accepted = try #require(bench.accepted.first)
        #expect(accepted.peer == bench.local(0))
        #expect(fcntl(accepted.descriptor, F_GETFL) & O_NONBLOCK != 0)
        #expect(bench.harness.calls.count(of: .setOption) == 2)
        #expect(bench.listener.connectionCount == 1)
    }

    @Test("takes at most a batch per turn and the rest in the next")
    func batch() throws {
        let bench = try Bench()
        try bench.connect(Listener.batch + 10)
        bench.harness.turn()
        #expect(bench.accepted.count == Listener.batch)
        bench.harness.turn()
        #expect(bench.accepted.count == Listener.batch + 10)
    }

    @Test(
        "pauses when descriptors run out, says so once, and recovers by itself (A22)",
        arguments: [EMFILE, ENFILE, ENOBUFS, ENOMEM]
    )
    func exhaustion(code: CInt) throws {
        let bench = try Bench()
        let harness = bench.harness
        harness.calls.inject(.fail(SystemError(code)), into: .accept, times: .max)
        try bench.connect(2)
        harness.turn(10)
        // No spinning on a socket that stays readable.
        #expect(harness.calls.count(of: .accept) == 1)
        #expect(harness.isQuiet())
        #expect(bench.troubles == [.exhausted(SystemError(code))])
        for attempt in 2...5 {
            harness.advance(by: Listener.troublePause)
            harness.turn(10)
            #expect(harness.calls.count(of: .accept) == attempt)
        }
        #expect(bench.troubles.count == 1)
        harness.calls.heal(.accept)
        harness.advance(by: Listener.troublePause)
        harness.turn()
        #expect(bench.accepted.count == 2)
        #expect(bench.troubles == [.exhausted(SystemError(code)), .recovered])
        #expect(harness.loop.timerCount == 0)
    }

    @Test("recovers also when nobody is waiting any more")
    func recoveryWithoutConnection() throws {
        let bench = try Bench()
        bench.harness.calls.inject(.fail(.tooManyOpenInProcess), into: .accept)
        bench.harness.calls.inject(.wouldBlock, into: .accept, at: 2)
        try bench.connect()
        bench.harness.turn()
        bench.harness.advance(by: Listener.troublePause)
        bench.harness.turn()
        #expect(bench.troubles == [.exhausted(.tooManyOpenInProcess), .recovered])
    }

    @Test("an error that is nobody's fault pauses as well, instead of spinning")
    func failure() throws {
        let bench = try Bench()
        bench.harness.calls.inject(.fail(SystemError(EINVAL)), into: .accept, times: .max)
        try bench.connect()
        bench.harness.turn(10)
        #expect(bench.harness.calls.count(of: .accept) == 1)
        #expect(bench.troubles == [.failed(SystemError(EINVAL))])
    }

    @Test(
        "a connection that was gone before it was taken is skipped (accept(2))",
        arguments: [ECONNABORTED, EPROTO, ENETDOWN]
    )
    func aborted(code: CInt) throws {
        let bench = try Bench()
        bench.harness.calls.inject(.fail(SystemError(code)), into: .accept, times: 2)
        try bench.connect()
        bench.harness.turn()
        #expect(bench.accepted.count == 1)
        #expect(bench.troubles == [])
    }

    @Test("an interrupted accept is made again in the next turn (F14)")
    func interrupted() throws {
        let bench = try Bench()
        bench.harness.calls.inject(.interrupted, into: .accept)
        try bench.connect()
        bench.harness.turn()
        #expect(bench.accepted.count == 0)
        bench.harness.turn()
        #expect(bench.accepted.count == 1)
        #expect(bench.troubles == [])
    }

    @Test("accepts no more than its limit until one of them ends (A22)")
    func limit() throws {
        let bench = try Bench(maxConnections: 2)
        try bench.connect(3)
        bench.harness.turn(5)
        #expect(bench.accepted.count == 2)
        #expect(bench.troubles == [.full])
        #expect(bench.harness.isQuiet())
        bench.listener.connectionEnded()
        bench.harness.turn(5)
        #expect(bench.accepted.count == 3)
        #expect(bench.troubles == [.full, .recovered, .full])
        #expect(bench.listener.connectionCount == 2)
    }

    @Test("pauses and resumes at its owner's word, also in the middle of a batch")
    func pause() throws {
        let bench = try Bench()
        try bench.connect(3)
        bench.onAccept = { [weak bench] in bench?.listener.pause() }
        bench.harness.turn(5)
        #expect(bench.accepted.count == 1)
        #expect(bench.harness.isQuiet())
        bench.listener.resume()
        bench.harness.turn(5)
        #expect(bench.accepted.count == 2)
    }

    @Test("a trouble that ends does not resume what its owner paused")
    func pauseDuringTrouble() throws {
        let bench = try Bench()
        bench.harness.calls.inject(.fail(.tooManyOpenInProcess), into: .accept)
        try bench.connect()
        bench.harness.turn()
        bench.listener.pause()
        bench.harness.advance(by: Listener.troublePause)
        bench.harness.turn(3)
        #expect(bench.accepted.count == 0)
        bench.listener.resume()
        bench.harness.turn()
        #expect(bench.accepted.count == 1)
    }

    @Test("may be closed from its own callback, and leaves nothing behind")
    func close() throws {
        let bench = try Bench()
        try bench.connect(3)
        bench.onAccept = { [weak bench] in bench?.listener.close() }
        bench.harness.turn(3)
        #expect(bench.accepted.count == 1)
        bench.listener.close()
        #expect(bench.harness.loop.registrationCount == 0)
        #expect(bench.harness.loop.timerCount == 0)
        #expect(bench.harness.calls.openDescriptors.count == 1)
        bench.listener.resume()
        bench.listener.connectionEnded()
    }

    @Test(
        "a listener that cannot be set up closes its socket",
        arguments: [FaultyCalls.Call.openSocket, .setOption, .bind, .listen, .changePoller]
    )
    func setUpFailure(call: FaultyCalls.Call) throws {
        let harness = try LoopHarness()
        harness.calls.inject(.fail(.addressInUse), into: call)
        #expect(throws: SystemError.addressInUse) {
            try Listener(on: harness.loop, address: .loopback(port: 0), onAccept: { _, _ in })
        }
        #expect(harness.calls.openDescriptors == [])
        #expect(harness.loop.registrationCount == 0)
    }

    @Test("several listeners share a port when asked to, and only then")
    func reusePort() throws {
        let harness = try LoopHarness()
        let first = try Listener(on: harness.loop, address: .loopback(port: 0), reusePort: true, onAccept: { _, _ in })
        let address = first.localAddress
        let second = try Listener(on: harness.loop, address: address, reusePort: true, onAccept: { _, _ in })
        #expect(throws: SystemError.addressInUse) {
            try Listener(on: harness.loop, address: address, onAccept: { _, _ in })
        }
        first.close()
        second.close()
    }
}
