// Resolve, connect, TLS: each with its own deadline and its own failure (`robustness.md` E6, E16, F1, F2, F6, F7).

import EventLoop
import Glibc
import OpenSSLTLS
import TestSupport
import Testing

@testable import Transport

@Suite("UpstreamDial", .ownThread, .serialized)
struct UpstreamDialTests {
    private typealias Outcome = Result<Channel, UpstreamFailure>

    /// A dial and what became of it.
    private final class Attempt {
        var outcomes: [Outcome] = []
        var failure: UpstreamFailure? {
            if case .failure(let failure)? = self.outcomes.first { return failure }
            return nil
        }
        var channel: Channel? { try? self.outcomes.first?.get() }
    }

    private func dial(_ endpoint: UpstreamEndpoint, on stage: TransportStage) -> (attempt: Attempt, dial: UpstreamDial)
    {
        let attempt = Attempt()
        let dial = UpstreamDial(endpoint, context: stage.context)
        dial.start { attempt.outcomes.append($0) }
        #expect(attempt.outcomes.isEmpty)
        return (attempt, dial)
    }

    private func endpoint(
        _ listener: ScriptedListener,
        host: String = "127.0.0.1",
        tls: TLSContext? = nil
    ) -> UpstreamEndpoint {
        UpstreamEndpoint(name: "upstream", host: host, port: listener.port, tls: tls)
    }

    @Test("connects to an address, to a name, and over TLS", arguments: ["127.0.0.1", "localhost"], [false, true])
    func success(host: String, isSecure: Bool) throws {
        let stage = try TransportStage()
        let listener = try stage.stage.listen(tls: isSecure ? Trust.shared().server : nil)
        let tls = isSecure ? try Trust.shared().client() : nil
        let (attempt, _) = self.dial(self.endpoint(listener, host: host, tls: tls), on: stage)
        #expect(stage.run { !attempt.outcomes.isEmpty })
        let channel = try #require(attempt.channel)
        #expect(channel.isReadingPaused)
        #expect(channel.owner == nil)
        #expect(channel.isSecure == isSecure)
        channel.write(Array("hello".utf8))
        let peer = try #require(stage.stage.accept(listener))
        #expect(stage.run { peer.text == "hello" })
        stage.settle()
        #expect(attempt.outcomes.count == 1)
        channel.close()
        stage.expectNothingLeft()
    }

    @Test("a port where nobody listens is unreachable")
    func refused() throws {
        let stage = try TransportStage()
        let listener = try stage.stage.listen()
        let endpoint = self.endpoint(listener)
        listener.close()
        let (attempt, _) = self.dial(endpoint, on: stage)
        #expect(stage.run { !attempt.outcomes.isEmpty })
        guard case .unreachable? = attempt.failure else {
            Issue.record("ended by \(attempt.outcomes)")
            return
        }
        stage.expectNothingLeft()
    }

    @Test("E16: a name that does not exist is unresolved; a resolver that hangs runs into the deadline")
    func resolving() throws {
        let stage = try TransportStage(resolver: try Resolver(threads: 1, lookup: { _ in .failure(.notFound) }))
        let listener = try stage.stage.listen()
        let (attempt, _) = self.dial(self.endpoint(listener, host: "no.such.host"), on: stage)
        #expect(stage.run { !attempt.outcomes.isEmpty })
        guard case .unresolved? = attempt.failure else {
            Issue.record("ended by \(attempt.outcomes)")
            return
        }
        stage.expectNothingLeft()
    }

    @Test("E6: each stage has its own deadline", arguments: [UpstreamStage.resolve, .connect, .tls])
    private func timeouts(at slow: UpstreamStage) throws {
        let gate = SharedCounter()
        let resolver = try Resolver(
            threads: 1,
            lookup: { _ in
                // Hangs until the test is over.
                while slow == .resolve, gate.value == 0 { _ = usleep(1000) }
                return .success([.loopback(port: 0)])
            }
        )
        let stage = try TransportStage(resolver: resolver)
        let listener = try stage.stage.listen(tls: slow == .tls ? Trust.shared().server : nil, backlog: 0)
        listener.peersRead = false
        var fillers: [ScriptedPeer] = []
        if slow == .connect {
            // A listening socket whose backlog is full leaves further connects unanswered.
            listener.isAccepting = false
            for _ in 0..<3 { fillers.append(try stage.stage.connect(to: listener.address)) }
        }
        var endpoint = self.endpoint(listener, host: "slow.host", tls: slow == .tls ? try Trust.shared().client() : nil)
        endpoint.connectTimeout = .seconds(5)
        let (attempt, _) = self.dial(endpoint, on: stage)
        if slow != .resolve { #expect(stage.run { stage.loop.registrationCount == 1 }) }
        if slow == .tls { #expect(stage.run { listener.acceptedCount == 1 }) }
        stage.settle()
        stage.advance(by: .milliseconds(4_999))
        #expect(attempt.outcomes.isEmpty)
        stage.advance(by: .milliseconds(1))
        #expect(stage.run { !attempt.outcomes.isEmpty })
        #expect(attempt.failure == .timeout(slow))
        // The late answer finds nobody.
        gate.increment()
        var turns = 0
        _ = stage.run {
            turns += 1
            return turns > 10
        }
        #expect(attempt.outcomes.count == 1)
        stage.expectNothingLeft()
    }

    // MARK: TLS

    private func secureFailure(host: String = "127.0.0.1", names: [String], days: Int = 30) throws -> UpstreamFailure? {
        let authority = try Trust.shared().authority
        let identity = try authority.issue(names: names, days: days)
        let server = try TLSContext(
            server: TLSServerConfiguration(
                certificateChainFile: identity.certificateFile,
                privateKeyFile: identity.privateKeyFile
            )
        )
        let stage = try TransportStage()
        let listener = try stage.stage.listen(tls: server)
        let (attempt, _) = self.dial(self.endpoint(listener, host: host, tls: try Trust.shared().client()), on: stage)
        #expect(stage.run { !attempt.outcomes.isEmpty })
        let peer = try #require(stage.stage.accept(listener))
        stage.settle()
        #expect(peer.received.isEmpty)
        if let channel = attempt.channel { channel.close() }
        stage.expectNothingLeft()
        return attempt.failure
    }

    @Test("F1, F2: only a certificate for the very host will do, and nothing is said before that")
    func certificates() throws {
        #expect(try self.secureFailure(names: ["IP:127.0.0.1"]) == nil)
        #expect(try self.secureFailure(host: "localhost", names: ["DNS:localhost"]) == nil)
        for (host, names, days) in [
            ("127.0.0.1", ["DNS:127.0.0.1"], 30), ("127.0.0.1", ["DNS:localhost"], 30),
            ("localhost", ["DNS:other.host"], 30), ("localhost", ["DNS:localhost"], -1), ("localhost", [], 30),
        ] {
            guard case .tls? = try self.secureFailure(host: host, names: names, days: days) else {
                Issue.record("\(host) was taken to be \(names)")
                continue
            }
        }
    }

    @Test("F6: an upstream that speaks plaintext where TLS is due is refused, and so is one that goes")
    func notTLS() throws {
        for says in ["HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", ""] {
            let stage = try TransportStage()
            let listener = try stage.stage.listen()
            let (attempt, _) = self.dial(self.endpoint(listener, tls: try Trust.shared().client()), on: stage)
            let peer = try #require(stage.stage.accept(listener))
            peer.say(says)
            if says.isEmpty { peer.finish() }
            #expect(stage.run { !attempt.outcomes.isEmpty })
            #expect(attempt.failure == (says.isEmpty ? .ended(.truncated, nothingSent: true) : .tls(.notTLS)))
            stage.expectNothingLeft()
        }
    }

    @Test("F3: a host that no certificate can name is refused without leaking its socket")
    func impossibleName() throws {
        let resolver = try Resolver(threads: 1, lookup: { _ in .success([.loopback(port: 0)]) })
        let stage = try TransportStage(resolver: resolver)
        let listener = try stage.stage.listen()
        // Resolvable where container networks use underscores, but no name that TLS knows.
        let name = String(repeating: "a", count: 64) + ".host"
        let (attempt, _) = self.dial(self.endpoint(listener, host: name, tls: try Trust.shared().client()), on: stage)
        #expect(stage.run { !attempt.outcomes.isEmpty })
        #expect(attempt.failure != nil)
        stage.expectNothingLeft()
    }

    // MARK: Cancelling and faults

    @Test("a cancelled dial closes what it opened and tells nothing", arguments: 0...12)
    func cancel(turns: Int) throws {
        let stage = try TransportStage()
        let listener = try stage.stage.listen(tls: Trust.shared().server)
        let (attempt, dial) = self.dial(self.endpoint(listener, tls: try Trust.shared().client()), on: stage)
        stage.stage.settle(turns: turns)
        if let channel = attempt.channel { channel.close() }
        let count = attempt.outcomes.count
        dial.cancel()
        dial.cancel()
        stage.settle()
        #expect(attempt.outcomes.count == count)
        stage.expectNothingLeft()
    }

    @Test(
        "A22: without descriptors or memory the upstream is not to blame",
        arguments: [(FaultyCalls.Call.openSocket, SystemError.tooManyOpenInProcess), (.changePoller, .outOfMemory)]
    )
    private func exhausted(call: FaultyCalls.Call, error: SystemError) throws {
        let stage = try TransportStage()
        let listener = try stage.stage.listen()
        stage.calls.inject(.fail(error), into: call, at: 1)
        let (attempt, _) = self.dial(self.endpoint(listener), on: stage)
        #expect(stage.run { !attempt.outcomes.isEmpty })
        #expect(attempt.failure == .exhausted("\(error)"))
        stage.expectNothingLeft()
    }

    @Test("a full queue of look-ups says nothing of the upstream")
    func tooManyLookUps() throws {
        let stage = try TransportStage(
            resolver: try Resolver(threads: 1, queueLimit: 0, lookup: { _ in .success([.loopback(port: 0)]) })
        )
        let listener = try stage.stage.listen()
        let (attempt, _) = self.dial(self.endpoint(listener, host: "some.host"), on: stage)
        #expect(stage.run { !attempt.outcomes.isEmpty })
        #expect(attempt.failure?.isOurs == true)
        stage.expectNothingLeft()
    }

    @Test("whichever call fails, the dial ends once and leaves nothing")
    func everyFault() throws {
        for call in [FaultyCalls.Call.openSocket, .connect, .changePoller, .receive, .send] {
            for fault in [FaultyCalls.Fault.fail(.connectionReset), .fail(.outOfMemory), .endOfStream] {
                for nth in 1...4 {
                    let stage = try TransportStage()
                    let listener = try stage.stage.listen(tls: Trust.shared().server)
                    stage.calls.inject(fault, into: call, at: nth)
                    let (attempt, _) = self.dial(self.endpoint(listener, tls: try Trust.shared().client()), on: stage)
                    #expect(stage.run { !attempt.outcomes.isEmpty }, "\(call) \(fault) \(nth)")
                    stage.settle()
                    #expect(attempt.outcomes.count == 1)
                    attempt.channel?.close()
                    stage.expectNothingLeft()
                }
            }
        }
    }
}
