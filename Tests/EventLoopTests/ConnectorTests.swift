import Glibc
import TestSupport
import Testing

@testable import EventLoop

@Suite("Connector")
struct ConnectorTests {
    private typealias Outcome = Result<CInt, ConnectFailure>

    private let harness: LoopHarness
    private let connector: Connector

    init() throws {
        harness = try LoopHarness()
        connector = Connector(on: harness.loop)
    }

    private var deadline: MonotonicTime { harness.clock.now + .seconds(10) }

    /// An address whose connects succeed at once.
    private func open() throws -> (address: SocketAddress, listener: Listener) {
        let calls = harness.calls
        let listener = try Listener(
            on: harness.loop,
            address: .loopback(port: 0),
            onAccept: { descriptor, _ in calls.close(descriptor) }
        )
        return (listener.localAddress, listener)
    }

    /// A listening socket whose backlog is full, so that the kernel leaves further connects unanswered.
    private final class Unanswering {
        let address: SocketAddress
        private var descriptors: [CInt] = []
        private let calls = KernelCalls()

        init() throws {
            let listener = CInt(try calls.openSocket(for: .loopback(port: 0)).get())
            descriptors.append(listener)
            _ = try calls.bind(listener, .loopback(port: 0)).get()
            _ = try calls.listen(listener, backlog: 0).get()
            address = calls.localAddress(listener) ?? .unspecified
            for _ in 0..<3 {
                let filler = CInt(try calls.openSocket(for: address).get())
                _ = calls.connect(filler, address)
                descriptors.append(filler)
            }
        }

        deinit {
            for descriptor in descriptors { calls.close(descriptor) }
        }
    }

    /// An address where nobody listens.
    private func refusing() throws -> SocketAddress {
        let calls = KernelCalls()
        let descriptor = CInt(try calls.openSocket(for: .loopback(port: 0)).get())
        _ = try calls.bind(descriptor, .loopback(port: 0)).get()
        defer { calls.close(descriptor) }
        return calls.localAddress(descriptor) ?? .unspecified
    }

    private func expectNothingLeft() {
        #expect(harness.loop.timerCount == 0)
        #expect(!connector.isConnecting)
    }

    @Test("connects, and tells so after the call has returned")
    func success() throws {
        let (address, listener) = try open()
        var outcomes: [Outcome] = []
        connector.connect(to: [address], deadline: deadline) { outcomes.append($0) }
        #expect(outcomes.isEmpty)
        let isOver = harness.run { !outcomes.isEmpty }
        #expect(isOver)
        let descriptor = try outcomes[0].get()
        #expect(harness.calls.peerAddress(descriptor) == address)
        expectNothingLeft()
        harness.calls.close(descriptor)
        listener.close()
        harness.turn(5)
        #expect(harness.calls.openDescriptors == [])
        #expect(outcomes.count == 1)
    }

    @Test("a connect that succeeds or fails at once is still told later", arguments: [true, false])
    func immediate(succeeds: Bool) throws {
        let (address, listener) = try open()
        harness.calls.inject(succeeds ? .succeed : .fail(.connectionRefused), into: .connect)
        var outcomes: [Outcome] = []
        connector.connect(to: [address], deadline: deadline) { outcomes.append($0) }
        #expect(outcomes.isEmpty)
        harness.turn()
        #expect(outcomes.count == 1)
        if succeeds {
            harness.calls.close(try outcomes[0].get())
        } else {
            #expect(outcomes == [.failure(.failed(address, .connectionRefused))])
        }
        listener.close()
        #expect(harness.calls.openDescriptors == [])
        expectNothingLeft()
    }

    @Test("goes on to the next address as soon as one fails (RFC 8305 §5)")
    func nextAddress() throws {
        let (address, listener) = try open()
        defer { listener.close() }
        var outcomes: [Outcome] = []
        connector.connect(to: [try refusing(), try refusing(), address], deadline: deadline) { outcomes.append($0) }
        // The clock stands still: no head start has passed.
        let isOver = harness.run { !outcomes.isEmpty }
        #expect(isOver)
        let descriptor = try outcomes[0].get()
        #expect(harness.calls.peerAddress(descriptor) == address)
        harness.calls.close(descriptor)
        expectNothingLeft()
    }

    @Test("starts the next address after the head start, and closes the loser (RFC 8305 §5)")
    func headStart() throws {
        let (address, listener) = try open()
        let stuck = try Unanswering()
        var outcomes: [Outcome] = []
        connector.connect(to: [stuck.address, address], deadline: deadline) { outcomes.append($0) }
        harness.turn(3)
        #expect(harness.calls.count(of: .connect) == 1)
        harness.advance(by: .milliseconds(249))
        #expect(harness.calls.count(of: .connect) == 1)
        harness.advance(by: .milliseconds(1))
        #expect(harness.calls.count(of: .connect) == 2)
        let isOver = harness.run { !outcomes.isEmpty }
        #expect(isOver)
        let descriptor = try outcomes[0].get()
        #expect(harness.calls.peerAddress(descriptor) == address)
        harness.calls.close(descriptor)
        listener.close()
        #expect(harness.calls.openDescriptors == [])
        expectNothingLeft()
    }

    @Test("gives up at the deadline, whatever is under way")
    func timeout() throws {
        let stuck = try Unanswering()
        var outcomes: [Outcome] = []
        connector.connect(to: [stuck.address, stuck.address], deadline: harness.clock.now + .seconds(1)) {
            outcomes.append($0)
        }
        harness.advance(by: .milliseconds(999))
        #expect(outcomes.isEmpty)
        #expect(harness.calls.openDescriptors.count == 2)
        harness.advance(by: .milliseconds(1))
        #expect(outcomes == [.failure(.timedOut)])
        #expect(harness.calls.openDescriptors == [])
        #expect(harness.loop.registrationCount == 0)
        expectNothingLeft()
    }

    @Test("tells the last failure when every address fails")
    func allFail() throws {
        let last = try refusing()
        var outcomes: [Outcome] = []
        connector.connect(to: [try refusing(), last], deadline: deadline) { outcomes.append($0) }
        let isOver = harness.run { !outcomes.isEmpty }
        #expect(isOver)
        #expect(outcomes == [.failure(.failed(last, .connectionRefused))])
        #expect(harness.calls.openDescriptors == [])
        expectNothingLeft()
    }

    @Test("no address is a failure of its own")
    func noAddress() {
        var outcomes: [Outcome] = []
        connector.connect(to: [], deadline: deadline) { outcomes.append($0) }
        #expect(outcomes.isEmpty)
        harness.turn()
        #expect(outcomes == [.failure(.noAddress)])
        expectNothingLeft()
    }

    @Test(
        "a socket that cannot be had or watched counts as a failed attempt",
        arguments: [FaultyCalls.Call.openSocket, .changePoller, .connect]
    )
    func resources(call: FaultyCalls.Call) throws {
        let (address, listener) = try open()
        var outcomes: [Outcome] = []
        harness.calls.inject(.fail(.tooManyOpenInProcess), into: call, times: 2)
        connector.connect(to: [address, address], deadline: deadline) { outcomes.append($0) }
        harness.turn()
        #expect(outcomes == [.failure(.failed(address, .tooManyOpenInProcess))])
        listener.close()
        #expect(harness.calls.openDescriptors == [])
        expectNothingLeft()
    }

    @Test("cancelling closes everything and tells nothing", arguments: [true, false])
    func cancel(whileConnecting: Bool) throws {
        let stuck = try Unanswering()
        let addresses = whileConnecting ? [stuck.address, stuck.address] : []
        connector.connect(to: addresses, deadline: deadline) { _ in Issue.record("told after cancel") }
        connector.cancel()
        harness.advance(by: .seconds(100))
        #expect(harness.calls.openDescriptors == [])
        #expect(harness.loop.registrationCount == 0)
        expectNothingLeft()
    }

    @Test("may connect again from its own callback")
    func again() throws {
        let (address, listener) = try open()
        defer { listener.close() }
        let dead = try refusing()
        var outcomes: [Outcome] = []
        connector.connect(to: [dead], deadline: deadline) { [connector, harness] first in
            outcomes.append(first)
            connector.connect(to: [address, dead], deadline: harness.clock.now + .seconds(1)) { outcomes.append($0) }
        }
        let isOver = harness.run { outcomes.count == 2 }
        #expect(isOver)
        harness.calls.close(try outcomes[1].get())
        expectNothingLeft()
    }

    @Test("a socket that has connected to itself counts as refused (RFC 9293 §3.5)")
    func selfConnect() throws {
        let (address, listener) = try open()
        harness.calls.localAddressOverride = address
        var outcomes: [Outcome] = []
        connector.connect(to: [address], deadline: deadline) { outcomes.append($0) }
        let isOver = harness.run { !outcomes.isEmpty }
        #expect(isOver)
        #expect(outcomes == [.failure(.failed(address, .connectionRefused))])
        listener.close()
    }

    @Test("tries no more addresses than its limit")
    func limit() throws {
        let dead = try refusing()
        var outcomes: [Outcome] = []
        connector.connect(to: Array(repeating: dead, count: 100), deadline: deadline) { outcomes.append($0) }
        let isOver = harness.run { !outcomes.isEmpty }
        #expect(isOver)
        #expect(harness.calls.count(of: .connect) == Connector.addressLimit)
    }

    @Test("lets the families take turns, the first one's family first (RFC 8305 §4)")
    func interleaving() {
        let v6 = (1...3).map { SocketAddress.loopbackV6(port: $0) }
        let v4 = (1...2).map { SocketAddress.loopback(port: $0) }
        #expect(Connector.interleaved(v6 + v4) == [v6[0], v4[0], v6[1], v4[1], v6[2]])
        #expect(Connector.interleaved([v4[0]] + v6 + [v4[1]]) == [v4[0], v6[0], v4[1], v6[1], v6[2]])
        #expect(Connector.interleaved([]) == [])
    }
}
