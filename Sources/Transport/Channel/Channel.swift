// One connected socket, with or without TLS, on one loop.
//
// Reading: the loop's input block is filled with what was left over from last time and what the socket has now; the
// owner works in it in place. Writing: bytes go straight to the kernel; only what it refuses is copied into a spill
// that belongs to the channel. An idle channel owns no buffer.
//
// States: open → finishing (our last bytes are on their way) → lingering (input is discarded until the peer closes)
// → closed. `close()` goes to closed from anywhere. Reading happens only from `ready` and `endOfTurn`, never from
// within an owner's call, because all channels of a loop share the input block.

package import EventLoop
package import OpenSSLTLS

/// A byte channel over one socket.
///
/// Belongs to its loop's thread.
package final class Channel {
    enum State {
        case open
        case finishing
        case lingering
        case closed
    }

    /// Whether the owner is being offered bytes, and has asked to read on meanwhile.
    private enum Delivery {
        case none
        case underWay
        case underWayAndWanted
    }

    // Sessions are many and mostly idle: the fields stand in an order that leaves no gaps between them.
    package let context: TransportContext
    package var owner: (any ChannelOwner)?
    var tls: TLSSession?
    private var backlogIfAny: Backlog?
    let descriptor: CInt
    var registration: Registration?
    /// What the poller is told of a channel that reads, from the start: input, and what else changes.
    private static let readingInterest: Interest = [.read, .news]
    /// What the poller was told last.
    private var interest = Channel.readingInterest
    var state = State.open
    private var readingPaused = true
    private var timer: TimerID?
    var turnRequested = false
    private var delivery = Delivery.none
    /// Whether the peer probably has more to say than was read last.
    var lastReadWasFilled = false
    /// Whether the socket was left before it was empty, or its end met, of which the poller tells no second time.
    var leftUnread = false
    var hasFailedToWrite = false
    var endTold = false
    /// Whether a client opened it, who is counted.
    private let isAccepted: Bool

    /// Takes over a connected, non-blocking socket.
    ///
    /// Nothing is read before `resumeReading()`.
    ///
    /// - Parameter isAccepted: whether the context's gate has counted it.
    package init(
        descriptor: CInt,
        tls: TLSSession?,
        context: TransportContext,
        isAccepted: Bool = false
    ) throws(SystemError) {
        self.context = context
        self.descriptor = descriptor
        self.tls = tls
        self.isAccepted = isAccepted
        self.registration = try context.loop.add(descriptor, self.interest, self)
        context.openChannels.opened()
    }

    package var isSecure: Bool { self.tls != nil }
    package var isReadingPaused: Bool { self.readingPaused }
    package var isClosed: Bool { self.state == .closed }
    /// Whether the kernel refused bytes that still wait; the owner then stops producing.
    package var isCongested: Bool { self.spilledBytes > 0 }
    /// Bytes that wait for the kernel.
    package var spilledBytes: Int { self.backlogIfAny?.spill.count ?? 0 }
    /// Bytes read and not yet taken by the owner.
    package var carriedBytes: Int { self.backlogIfAny?.carry.count ?? 0 }
    var pendingEnd: ChannelEnd? { self.backlogIfAny?.pendingEnd }

    /// What the channel owes; made at the first use.
    var backlog: Backlog {
        if let backlog = self.backlogIfAny { return backlog }
        let backlog = Backlog(now: self.context.loop.now)
        self.backlogIfAny = backlog
        return backlog
    }

    /// Drops what was left for the owner.
    private func dropCarry() {
        self.backlogIfAny?.carry.releaseAll(to: self.context.loop.blocks)
    }

    /// Drops what waits for the kernel.
    func dropSpill() {
        self.backlogIfAny?.spill.releaseAll(to: self.context.loop.blocks)
    }

    // MARK: Reading

    /// What may be left over and still be joined with what comes next.
    ///
    /// Whoever owns a channel keeps its own, smaller bound; this one keeps a mistake there from mixing bytes up.
    var carryLimit: Int {
        self.context.loop.input.capacity - ScratchBlock.headroom
    }

    /// Stops reading; the peer's bytes stay with the kernel.
    ///
    /// The poller is told only when news comes that nobody wants (`ready`): most pauses are over before, and telling it
    /// is a system call. But it is told where a reset may have been reported with what is left to read, or behind an end
    /// that waits: only with the interest gone does it report the reset again.
    package func pauseReading() {
        self.readingPaused = true
        if self.interest != Self.readingInterest || self.leftUnread || self.pendingEnd != nil { self.updateInterest() }
    }

    /// Reads again; input that was left over is offered first, at the end of this turn.
    package func resumeReading() {
        guard self.state == .open else { return }
        let looksAgain = self.readingPaused && self.leftUnread
        self.readingPaused = false
        self.updateInterest(looksAgain: looksAgain)
        if looksAgain { self.leftUnread = false }
        if self.delivery != .none {
            // What the owner is looking at right now may be left over in a moment.
            self.delivery = .underWayAndWanted
        } else if self.carriedBytes > 0 || self.pendingEnd != nil {
            self.requestTurn()
        }
    }

    func requestTurn() {
        guard !self.turnRequested else { return }
        self.turnRequested = true
        self.context.loop.atEndOfTurn(self)
    }

    /// Tells the poller what is waited for, if that has changed.
    ///
    /// - Parameter looksAgain: whether to tell it in any case, so that it reports what it has reported before.
    func updateInterest(looksAgain: Bool = false) {
        guard self.state != .closed, let registration = self.registration else { return }
        var wanted: Interest = []
        if !self.readingPaused || self.state == .lingering {
            wanted.insert(.read)
        }
        if self.spilledBytes > 0 {
            wanted.insert(.write)
        } else if self.state == .open, !wanted.isEmpty {
            wanted.insert(.news)
        }
        guard wanted != self.interest || looksAgain else { return }
        self.interest = wanted
        self.context.loop.update(registration, wanted)
    }

    /// Offers `bytes[start..<end]` to the owner and keeps what it leaves.
    func deliver(_ bytes: inout MutableSpan<UInt8>, from start: Int, to end: Int) {
        guard start < end else { return }
        guard let owner = self.owner else {
            self.putBack(bytes.span, start..<end)
            return
        }
        self.delivery = .underWay
        let taken = owner.channel(self, received: &bytes, from: start, to: end)
        let wantsTurn = self.delivery == .underWayAndWanted
        self.delivery = .none
        self.putBack(bytes.span, max(taken, start)..<end)
        if wantsTurn, self.carriedBytes > 0, !self.readingPaused {
            self.requestTurn()
        }
    }

    /// Tells the owner at the end of this turn; a failure takes the place of an orderly end.
    func tellEndLater(_ end: ChannelEnd) {
        guard self.pendingEnd == nil || self.pendingEnd == .clean else { return }
        self.backlog.pendingEnd = end
        self.requestTurn()
    }

    /// The peer has ended in order: told now, or behind what the owner has left for later.
    func peerEnded() {
        guard self.state == .open else { return }
        if self.readingPaused || (self.carriedBytes > 0 && self.turnRequested) {
            self.tellEndLater(.clean)
        } else {
            self.tellEnd(.clean)
        }
    }

    /// Tells an end that waits, unless its bytes are still wanted: those of an owner that took a part and asks for more,
    /// or, before an orderly end, that reads nothing for now.
    private func tellPendingEnd(tookSome: Bool) {
        guard let end = self.pendingEnd else { return }
        let isStillTaken = tookSome && self.turnRequested
        if end == .clean, self.state == .open, self.readingPaused || isStillTaken { return }
        if self.mayHaveLastWords, isStillTaken { return }
        self.backlog.pendingEnd = nil
        self.tellEnd(end)
    }

    /// Tells the owner, once, that nothing more will come.
    func tellEnd(_ end: ChannelEnd) {
        guard !self.endTold, self.state != .closed else { return }
        if self.state != .open {
            // We had said our last word already; there is nobody to tell.
            self.close()
            return
        }
        self.endTold = true
        self.readingPaused = true
        self.updateInterest()
        if let owner = self.owner {
            owner.channel(self, ended: end)
        } else {
            self.close()
        }
    }

    // MARK: Ending

    /// Sends what waits, then ends the connection in order (close_notify, FIN) and discards input for a while.
    ///
    /// The owner is let go at once and hears nothing more.
    package func finish() {
        guard self.state == .open else { return }
        self.state = .finishing
        self.owner = nil
        self.readingPaused = true
        self.dropCarry()
        self.updateInterest()
        if self.spilledBytes == 0 {
            self.startLingering()
        }
    }

    func startLingering() {
        if let tls = self.tls {
            tls.close()
            self.sendCiphertext()
            // What the kernel refused of the close_notify is not worth waiting for.
            self.dropSpill()
        }
        guard self.state == .finishing else { return }
        _ = self.context.loop.calls.shutdown(self.descriptor, .sending)
        self.state = .lingering
        self.updateInterest()
        self.setTimer(after: self.context.limits.lingerTimeout)
    }

    /// Reads and discards; true when the connection may be closed.
    func lingerOverInput(_ bytes: inout MutableSpan<UInt8>) -> Bool {
        let start = ScratchBlock.headroom
        switch self.receive(into: &bytes, from: start, limit: self.context.limits.readBytes) {
        case .done(0):
            return true
        case .done(let count):
            self.backlog.lingered += count
            return self.backlog.lingered > self.context.limits.lingerBytes
        case .failed(let error):
            return !error.meansTryLater
        }
    }

    /// Closes the socket now.
    ///
    /// What was not sent is lost; the owner hears nothing more.
    package func close() {
        guard self.state != .closed else { return }
        self.state = .closed
        self.context.openChannels.closed()
        self.owner = nil
        if let timer = self.timer {
            self.context.loop.cancel(timer)
            self.timer = nil
        }
        if let registration = self.registration {
            self.context.loop.remove(registration)
            self.registration = nil
        }
        self.dropCarry()
        self.dropSpill()
        self.tls = nil
        _ = self.context.loop.calls.close(self.descriptor)
        if self.isAccepted {
            self.context.acceptGate.closed()
        }
    }

    // MARK: Waiting

    /// Watches that the peer takes what it is owed.
    func watchForStall() {
        self.backlog.lastProgress = self.context.loop.now
        if self.timer == nil {
            self.setTimer(after: self.context.limits.stalledTimeout)
        }
    }

    func noteProgress() {
        self.backlog.lastProgress = self.context.loop.now
    }

    private func setTimer(after delay: Duration) {
        if let timer = self.timer {
            self.context.loop.cancel(timer)
        }
        self.timer = self.context.loop.schedule(at: self.context.loop.now + delay, self)
    }
}

extension Channel: TurnHandler {
    /// Offers left-over input without reading more, and tells an end that had to wait.
    package func endOfTurn() {
        self.turnRequested = false
        let kept = self.carriedBytes
        if self.state == .open, kept > 0, !self.readingPaused {
            self.context.loop.input.withSpan { self.offerCarry(in: &$0) }
        }
        if self.mayHaveLastWords, self.readLastWords() {
            self.requestTurn()
            return
        }
        self.tellPendingEnd(tookSome: self.carriedBytes < kept)
        if self.leftUnread, self.state == .open, !self.readingPaused {
            self.leftUnread = false
            self.readTurn(toTheEnd: true)
        }
    }
}

extension Channel: TimerHandler {
    package func timerFired(tag: Int) {
        self.timer = nil
        switch self.state {
        case .closed:
            return
        case .lingering:
            self.close()
        case .open, .finishing:
            guard self.spilledBytes > 0 else { return }
            let deadline = self.backlog.lastProgress + self.context.limits.stalledTimeout
            if self.context.loop.now < deadline {
                self.timer = self.context.loop.schedule(at: deadline, self)
            } else {
                self.tellEnd(.stalled)
            }
        }
    }
}
