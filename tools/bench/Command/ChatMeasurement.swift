// One measurement of HTTP exchanges, from the first connection to the report.

import BenchCore
import EventLoop
import Glibc

/// Runs one workload of HTTP exchanges against one relay.
final class ChatMeasurement {
    /// The longest wait for all clients to be connected.
    private static let connectTimeout: Duration = .seconds(20)

    private let relayAddress: SocketAddress
    private let upstreamAddress: SocketAddress
    private let headers: [String]
    private let workload: ChatWorkload
    private let loop: EventLoop
    private let stage: ChatStage
    private let relay: ProcessMonitor
    private let itself = ProcessMonitor(pids: [getpid()])
    private var listener: Listener?
    private var clients: [ChatClient] = []

    init(
        relay: SocketAddress,
        upstream: SocketAddress,
        headers: [String],
        pids: [Int32],
        workload: ChatWorkload
    ) throws {
        self.relayAddress = relay
        self.upstreamAddress = upstream
        self.headers = headers
        self.workload = workload
        self.loop = try EventLoop(index: 0)
        self.stage = ChatStage(loop: self.loop, workload: workload)
        self.relay = ProcessMonitor(pids: pids)
    }

    func run() throws -> ChatReport {
        self.listener = try Listener(on: self.loop, address: self.upstreamAddress) { [stage] descriptor, _ in
            do {
                _ = try ChatUpstream(descriptor, stage: stage)
            } catch {
                stage.fail("cannot accept the relay's connection: \(error)")
            }
        }
        try self.connect()
        try self.turn(for: .seconds(self.workload.warmUpSeconds))
        self.stage.resetCounts()
        let (relayStart, benchStart) = (try self.relay.sample(), try self.itself.sample())
        let begin = MonotonicTime.now()
        try self.turn(for: .seconds(self.workload.seconds))
        let (relayEnd, benchEnd) = (try self.relay.sample(), try self.itself.sample())
        let elapsed = (MonotonicTime.now() - begin).components
        let ticks = self.relay.ticksPerSecond
        return ChatReport(
            self.workload,
            seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18,
            exchanges: self.stage.exchanges,
            pieces: self.stage.pieces,
            relay: self.relay.pids.isEmpty
                ? nil : CPUTime(from: relayStart, to: relayEnd, ticksPerSecond: ticks),
            bench: CPUTime(from: benchStart, to: benchEnd, ticksPerSecond: ticks),
            firstByte: self.stage.firstByteTimes
        )
    }

    private func connect() throws {
        let calls = self.loop.calls
        for number in 0..<UInt32(truncatingIfNeeded: self.workload.connections) {
            let descriptor = CInt(truncatingIfNeeded: try calls.openSocket(for: self.relayAddress).get())
            calls.setOption(descriptor, .noDelay(true))
            switch calls.connect(descriptor, self.relayAddress) {
            case .done, .failed(.inProgress):
                break
            case .failed(let error):
                throw Measurement.Failure(description: "cannot connect to \(self.relayAddress): \(error)")
            }
            let client = ChatClient(number, stage: self.stage, headers: self.headers, host: "\(self.relayAddress)")
            try client.connect(descriptor)
            self.clients.append(client)
        }
        let deadline = MonotonicTime.now() + Self.connectTimeout
        while self.stage.connectedCount < self.workload.connections {
            self.loop.runOnce(timeout: .milliseconds(100))
            try self.check()
            guard MonotonicTime.now() < deadline else {
                throw Measurement.Failure(description: "the relay does not take all connections")
            }
        }
    }

    private func turn(for time: Duration) throws {
        let deadline = MonotonicTime.now() + time
        while true {
            let now = MonotonicTime.now()
            guard now < deadline else { return }
            self.loop.runOnce(timeout: deadline - now)
            try self.check()
        }
    }

    private func check() throws {
        if let failure = self.stage.failure { throw Measurement.Failure(description: failure) }
    }
}

@available(*, unavailable)
extension ChatMeasurement: Sendable {}
