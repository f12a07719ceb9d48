// What both ends of all sessions share: the loop, the frames that are sent again and again, what is expected, and the
// count of what has arrived.

import BenchCore
import EventLoop
import OpenSSLTLS

/// The load generator's state.
///
/// Belongs to one thread.
final class Stage {
    let loop: EventLoop
    let workload: Workload
    let request: [UInt8]
    let tlsOutput = TLSOutput()

    let updateBlock: FrameBlock
    let updatedBlock: FrameBlock
    let updateNameOffset: Int
    private let upBlock: FrameBlock
    private let downBlock: FrameBlock
    let expectedUpdate: ExpectedMessage
    let expectedUpdated: ExpectedMessage
    let expectedUp: ExpectedMessage
    let expectedDown: ExpectedMessage

    /// By number of the session; the first one only goes ahead and stays silent.
    private(set) var clients: [Peer] = []
    private(set) var openedCount = 0
    private(set) var failure: String?
    private(set) var messages = 0
    private(set) var missed = 0
    private(set) var latency = LatencyHistogram()
    private var isRunning = false

    init(loop: EventLoop, workload: Workload, request: [UInt8]) throws {
        func event(_ kind: RealtimeEvent.Kind, _ size: Int) throws -> RealtimeEvent {
            guard let event = RealtimeEvent(kind, size: size, typeLast: workload.typeLast) else {
                throw Workload.Invalid(description: "no event has \(size) bytes")
            }
            return event
        }
        self.loop = loop
        self.workload = workload
        self.request = request
        let update = try event(.sessionUpdate, RealtimeEvent.openingSize)
        let updated = try event(.sessionUpdated, RealtimeEvent.openingSize)
        let up = try event(.audioAppend, workload.size)
        let down = try event(.audioDelta, workload.size)
        let isStream = workload.mode == .stream || workload.mode == .stall
        self.updateBlock = FrameBlock(update, frames: 1, masked: true)
        self.updatedBlock = FrameBlock(updated, frames: 1, masked: false)
        self.updateNameOffset = update.nameOffset
        self.upBlock = FrameBlock(up, frames: isStream ? FrameBlock.usualFrames(of: up) : 1, masked: true)
        self.downBlock = FrameBlock(down, frames: isStream ? FrameBlock.usualFrames(of: down) : 1, masked: false)
        self.expectedUpdate = ExpectedMessage(update)
        self.expectedUpdated = ExpectedMessage(updated)
        self.expectedUp = ExpectedMessage(up)
        self.expectedDown = ExpectedMessage(down)
    }

    func block(of side: Peer.Side) -> FrameBlock {
        side == .client ? self.upBlock : self.downBlock
    }

    func client(_ session: UInt32) -> Peer? {
        guard let index = Int(exactly: session), index < self.clients.count else { return nil }
        return self.clients[index]
    }

    func add(_ client: Peer) {
        self.clients.append(client)
    }

    func sessionOpened() {
        self.openedCount += 1
    }

    /// Remembers the first thing that went wrong.
    func fail(_ reason: String) {
        if self.failure == nil { self.failure = reason }
    }

    // MARK: The workload

    /// Sets the sessions to work, the one that went ahead excepted.
    func start() {
        self.isRunning = true
        for client in self.clients.dropFirst() {
            guard let upstream = client.partner else { continue }
            switch self.workload.mode {
            case .pingPong:
                client.send(self.upBlock)
            case .stream, .stall:
                let isUp = self.workload.direction == .up
                let (sender, receiver) = isUp ? (client, upstream) : (upstream, client)
                if self.workload.mode == .stall {
                    receiver.isPaused = true
                    receiver.updateInterest()
                }
                sender.isStreaming = true
                sender.updateInterest()
            case .paced, .idle:
                break
            }
        }
    }

    /// Sends a paced message, unless the one before has not even left.
    func send(_ turn: PacingSchedule.Turn) {
        guard let client = self.client(UInt32(truncatingIfNeeded: turn.session + 1)), let upstream = client.partner
        else {
            return
        }
        let sender = turn.fromClient ? client : upstream
        let receiver = turn.fromClient ? upstream : client
        let underWay = sender.nextNumber &- receiver.expectedNumber
        guard sender.block == nil, underWay < UInt32(Peer.pacedLimit) else {
            self.missed += 1
            return
        }
        sender.sendTimes[Int(sender.nextNumber) % Peer.pacedLimit] = MonotonicTime.now().nanoseconds
        sender.send(self.block(of: sender.side))
    }

    /// A message has come through whole.
    func messageArrived(at peer: Peer, number: UInt32) {
        self.messages += 1
        switch self.workload.mode {
        case .pingPong:
            if peer.side == .upstream || self.isRunning { peer.send(self.block(of: peer.side)) }
        case .paced:
            guard let sent = peer.partner?.sendTimes[Int(number) % Peer.pacedLimit] else { return }
            self.latency.record(MonotonicTime.now().nanoseconds - sent)
        case .stream where self.workload.window > 0:
            peer.partner?.updateInterest()
        case .stream, .stall, .idle:
            break
        }
    }

    /// Forgets what was counted while warming up.
    func resetCounts() {
        self.messages = 0
        self.missed = 0
        self.latency.reset()
    }
}

@available(*, unavailable)
extension Stage: Sendable {}
