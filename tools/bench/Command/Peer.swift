// One end of a session: the client, or the upstream that it reaches through the relay. Both are this type, because they
// differ in little more than who speaks first and who masks.
//
// States: connecting (client) → head → opening → open. `open` begins with the exchange of two messages by which the
// upstream learns whose session it serves. There is no way back: whatever goes wrong ends the measurement.

import BenchCore
import EventLoop
import OpenSSLTLS

/// A WebSocket connection of the load generator.
///
/// Belongs to the thread of its loop.
final class Peer {
    enum Side {
        case client
        case upstream
    }

    enum Phase {
        case connecting
        case head
        case opening
        case open
    }

    /// Paced messages of one direction that may be under way; the time of each is kept until it arrives.
    static let pacedLimit = 64

    let stage: Stage
    let side: Side
    let descriptor: CInt
    let tls: TLSSession?
    var phase: Phase
    var session: UInt32
    var partner: Peer?
    private var registration: Registration?
    private var interest: Interest

    // Receiving.
    var reader: FrameReader
    /// The head, then the upstream's first message, then payloads of control frames.
    var gathered: [UInt8] = []
    var expected: ExpectedMessage
    var expectedNumber: UInt32 = 0
    var position = 0
    var isPaused = false

    // Sending.
    var block: FrameBlock?
    var blockOffset = 0
    var blockNumber: UInt32 = 0
    var nextNumber: UInt32 = 0
    var isStreaming = false
    /// Bytes that are no block: heads and pongs, and ciphertext that the kernel refused.
    var waiting: [UInt8] = []
    /// Pongs that must not cut a frame in two.
    var pongs: [UInt8] = []
    var sendTimes = InlineArray<64, Int64>(repeating: 0)

    /// Takes over a connected socket, or one that is being connected.
    init(_ side: Side, descriptor: CInt, session: UInt32, tls: TLSSession?, stage: Stage) throws {
        self.stage = stage
        self.side = side
        self.descriptor = descriptor
        self.session = session
        self.tls = tls
        self.phase = side == .client ? .connecting : .head
        self.reader = FrameReader(expectsMask: side == .upstream)
        self.expected = side == .client ? stage.expectedUpdated : stage.expectedUpdate
        self.interest = side == .client ? [.write] : [.read]
        self.registration = try stage.loop.add(descriptor, self.interest, self)
    }

    /// Whether the next block of a stream may begin.
    var mayStream: Bool {
        guard self.isStreaming else { return false }
        let window = self.stage.workload.window
        guard window > 0, let receiver = self.partner else { return true }
        let underWay = Int(self.nextNumber &- receiver.expectedNumber)
        return underWay == 0 || underWay + self.stage.block(of: self.side).frameCount <= window
    }

    func updateInterest() {
        var wanted: Interest = self.isPaused ? [] : [.read]
        if self.phase == .connecting || self.mayStream || self.block != nil || !self.waiting.isEmpty {
            wanted.insert(.write)
        }
        guard wanted != self.interest, let registration = self.registration else { return }
        self.interest = wanted
        self.stage.loop.update(registration, wanted)
    }

    /// Lets the connection go; the measurement is over or was given up.
    func end(_ reason: String) {
        self.stage.fail("\(self.side) of session \(self.session): \(reason)")
        guard let registration = self.registration else { return }
        self.registration = nil
        self.stage.loop.remove(registration)
        self.stage.loop.calls.close(self.descriptor)
    }

    var isEnded: Bool { self.registration == nil }
}

extension Peer: ReadinessHandler {
    func ready(_ readiness: Readiness) {
        if self.phase == .connecting {
            self.connected()
            return
        }
        if readiness.contains(.writable) { self.writable() }
        if readiness.contains(.readable), !self.isEnded, !self.isPaused { self.readable() }
        if readiness.contains(.error), !self.isEnded { self.end("the relay reset the connection") }
    }

    private func connected() {
        if let error = self.stage.loop.calls.pendingError(self.descriptor) {
            self.end("cannot connect to the relay: \(error)")
            return
        }
        self.phase = .head
        self.write(self.stage.request)
    }
}

@available(*, unavailable)
extension Peer: Sendable {}
