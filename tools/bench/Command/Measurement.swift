// One measurement from the first connection to the report: one session goes ahead, so that what a relay sets up once is
// not charged to the others; then all open, settle, warm up, and are measured.

import BenchCore
import EventLoop
import Glibc
import OpenSSLTLS

/// Runs one workload against one relay.
final class Measurement {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    struct Setting {
        var relay: SocketAddress
        var upstream: SocketAddress
        var tls: TLSContext?
        var path: String
        var headers: [String]
        var pids: [Int32]
        var workload: Workload
    }

    /// How long memory is given to come to rest before it is read.
    private static let settleTime: Duration = .milliseconds(300)
    /// The longest that no session may open.
    private static let openTimeout: Duration = .seconds(20)

    private let setting: Setting
    private let loop: EventLoop
    private let stage: Stage
    private let relay: ProcessMonitor
    private let itself = ProcessMonitor(pids: [getpid()])
    private var listener: Listener?

    init(_ setting: Setting) throws {
        self.setting = setting
        self.loop = try EventLoop(index: 0)
        self.relay = ProcessMonitor(pids: setting.pids)
        let host = "\(setting.relay)"
        let request = UpgradeText.request(path: setting.path, host: host, headers: setting.headers)
        self.stage = try Stage(loop: self.loop, workload: setting.workload, request: request)
    }

    func run() throws -> BenchReport {
        try self.listen()
        try self.open(1)
        try self.turn(for: Self.settleTime)
        let before = try self.relay.sample()
        let begin = MonotonicTime.now()
        try self.open(1 + self.setting.workload.sessions)
        let openSeconds = (MonotonicTime.now() - begin).seconds
        let afterOpening = try self.relay.sample()
        try self.turn(for: Self.settleTime)
        let opened = try self.relay.sample()
        self.relay.resetPeak()

        let (messages, seconds, relayTime, benchTime) = try self.work()
        let peak = try self.relay.sample().peakResidentBytes
        let bench = BenchReport.CPU(benchTime, messages: messages, seconds: seconds)
        var report = BenchReport(
            self.setting.workload,
            tlsUpstream: self.setting.tls != nil,
            seconds: seconds,
            messages: messages,
            bench: bench
        )
        if self.setting.workload.mode == .paced {
            report.latency = BenchReport.Latency(self.stage.latency)
            report.missed = self.stage.missed
        }
        guard !self.setting.pids.isEmpty else { return report }
        report.relay = BenchReport.CPU(relayTime, messages: messages, seconds: seconds)
        let count = self.setting.workload.sessions
        let opening = CPUTime(from: before, to: afterOpening, ticksPerSecond: self.relay.ticksPerSecond)
        report.opening = BenchReport.Opening(
            relayMicrosecondsPerSession: opening.total / Double(count),
            seconds: openSeconds
        )
        report.memory = BenchReport.Memory(
            before: before.residentBytes,
            open: opened.residentBytes,
            peak: peak,
            sessions: count
        )
        return report
    }

    /// Warms up, measures, and returns what arrived in which time at which cost.
    private func work() throws -> (messages: Int, seconds: Double, relay: CPUTime, bench: CPUTime) {
        self.stage.start()
        var pacing: PacingSchedule?
        if self.setting.workload.mode == .paced {
            pacing = PacingSchedule(self.setting.workload, start: MonotonicTime.now().nanoseconds)
        }
        try self.turn(for: .seconds(self.setting.workload.warmUpSeconds), &pacing)
        self.stage.resetCounts()
        let relayStart = try self.relay.sample()
        let benchStart = try self.itself.sample()
        let begin = MonotonicTime.now()
        try self.turn(for: .seconds(self.setting.workload.seconds), &pacing)
        let relayEnd = try self.relay.sample()
        let benchEnd = try self.itself.sample()
        let ticks = self.relay.ticksPerSecond
        return (
            self.stage.messages,
            (MonotonicTime.now() - begin).seconds,
            CPUTime(from: relayStart, to: relayEnd, ticksPerSecond: ticks),
            CPUTime(from: benchStart, to: benchEnd, ticksPerSecond: ticks)
        )
    }

    // MARK: Turning

    private func turn(for time: Duration) throws {
        var nothing: PacingSchedule?
        try self.turn(for: time, &nothing)
    }

    private func turn(for time: Duration, _ pacing: inout PacingSchedule?) throws {
        let deadline = MonotonicTime.now() + time
        while true {
            let now = MonotonicTime.now()
            guard now < deadline else { return }
            while let turn = pacing?.next(at: now.nanoseconds) { self.stage.send(turn) }
            // Paced messages are due more often than a poller can count time, so waiting for them is done by asking.
            self.loop.runOnce(timeout: pacing == nil ? deadline - now : .zero)
            try self.check()
        }
    }

    private func check() throws {
        if let failure = self.stage.failure { throw Failure(description: failure) }
    }

    // MARK: Connecting

    private func listen() throws {
        self.listener = try Listener(on: self.loop, address: self.setting.upstream) { [setting, stage] descriptor, _ in
            do {
                let tls = try setting.tls.map { try TLSSession(server: $0, output: stage.tlsOutput) }
                _ = try Peer(.upstream, descriptor: descriptor, session: 0, tls: tls, stage: stage)
            } catch {
                stage.fail("cannot accept the relay's connection: \(error)")
            }
        }
    }

    /// Opens sessions until there are `count`, a few at a time.
    private func open(_ count: Int) throws {
        var last = MonotonicTime.now()
        while self.stage.openedCount < count {
            let opened = self.stage.openedCount
            while self.stage.clients.count < count,
                self.stage.clients.count - opened < self.setting.workload.openParallel
            {
                try self.connect()
            }
            self.loop.runOnce(timeout: .milliseconds(100))
            try self.check()
            if self.stage.openedCount > opened {
                last = self.loop.now
            } else if self.loop.now - last > Self.openTimeout {
                throw Failure(description: "the relay opens no more than \(opened) sessions of \(count)")
            }
        }
    }

    private func connect() throws {
        let calls = self.loop.calls
        let descriptor = CInt(truncatingIfNeeded: try calls.openSocket(for: self.setting.relay).get())
        calls.setOption(descriptor, .noDelay(true))
        switch calls.connect(descriptor, self.setting.relay) {
        case .done, .failed(.inProgress):
            break
        case .failed(let error):
            throw Failure(description: "cannot connect to \(self.setting.relay): \(error)")
        }
        let session = UInt32(truncatingIfNeeded: self.stage.clients.count)
        self.stage.add(try Peer(.client, descriptor: descriptor, session: session, tls: nil, stage: self.stage))
    }
}

extension Duration {
    fileprivate var seconds: Double {
        Double(self.components.seconds) + Double(self.components.attoseconds) / 1e18
    }
}
