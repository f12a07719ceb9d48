// How bytes come in: the socket, TLS, and what was left over last time, joined in the loop's input block.

package import EventLoop
import Glibc
import OpenSSLTLS

extension Channel: ReadinessHandler {
    package func ready(_ readiness: Readiness) {
        if readiness.contains(.writable) {
            self.drainSpill()
        }
        switch self.state {
        case .closed:
            return
        case .finishing:
            if readiness.contains(.error) || readiness.contains(.hangUp) {
                self.close()
            }
        case .lingering:
            let done = self.context.loop.input.withSpan { self.lingerOverInput(&$0) }
            if done {
                self.close()
            }
        case .open:
            if self.isReadingPaused {
                self.updateInterest()
            }
            if readiness.contains(.readable), !self.isReadingPaused {
                // An end or an error that comes with it is met only behind what is left to read.
                self.readTurn(toTheEnd: readiness.rawValue & ~Self.plainlyReadable.rawValue != 0)
            } else if readiness.contains(.error) || readiness.contains(.hangUp) {
                // Reading is paused and the connection is gone in both directions: nothing can be saved of it.
                self.tellEnd(.failed(SystemError.connectionReset))
            }
        }
    }

    /// Offers what was left over, without reading more.
    func offerCarry(in bytes: inout MutableSpan<UInt8>) {
        let start = ScratchBlock.headroom
        let kept = self.takeCarry(into: &bytes, at: start)
        self.deliver(&bytes, from: start, to: start + kept)
    }

    /// The most bytes that leave in one piece: what TCP segmentation offload takes at a time, headers included, is
    /// 64 KiB, and a longer send costs half as much again.
    private static let segmentBytes = 65_483
    /// Pieces that are read at a time from a peer that sends more than it is asked for, if they can be passed on whole.
    private static let segmentsPerRead = 3
    /// Reads of one turn, as long as each is filled and the owner wants more, before other connections have theirs.
    private static let readsPerTurn = 8

    private static let plainlyReadable: Readiness = [.readable, .writable]

    /// What a read found out about the socket.
    private enum ReadOutcome {
        /// There may be more.
        case filled
        /// There was no more than that.
        case short
        /// There was nothing, or the end.
        case nothing

        init(_ count: Int, of limit: Int) {
            self = count >= limit ? .filled : .short
        }
    }

    /// Reads from the socket and offers what came together with what was left over.
    ///
    /// - Parameter toTheEnd: whether to read on after a short read, because the end of the stream stands behind it.
    func readTurn(toTheEnd: Bool) {
        for _ in 0..<Self.readsPerTurn {
            // Behind an end that waits to be told there is nothing to read.
            guard self.pendingEnd == nil else { return }
            guard self.carriedBytes < self.carryLimit else {
                self.tellEnd(.failed(.noBufferSpace))
                return
            }
            var outcome = ReadOutcome.nothing
            self.context.loop.input.lend { bytes in
                outcome = self.tls == nil ? self.readPlain(&bytes) : self.readSecure(&bytes)
            }
            self.lastReadWasFilled = outcome == .filled
            // A read that came short has emptied the socket; the next one would only say so.
            guard self.state == .open, outcome == .filled || (toTheEnd && outcome == .short) else { return }
            guard !self.isReadingPaused else {
                self.leftUnread = true
                // A reset that was reported with what was read here is reported once more.
                if toTheEnd { self.updateInterest() }
                return
            }
        }
        self.leftUnread = true
        self.requestTurn()
    }

    /// How much to read at most, so that what was left over and what comes leave together in whole segments.
    ///
    /// More than `readBytes` only where the kernel has room for it on the other side, so that nothing is spilled; never
    /// more than there is `room` for, since a read that fills its block has not emptied the socket.
    private func readLimit(kept: Int, room: Int) -> Int {
        let most = self.context.limits.readBytes
        let usual = min(most, max(most / 4, Self.segmentBytes - kept))
        guard self.lastReadWasFilled, let owner = self.owner else { return min(room, usual) }
        return min(room, max(usual, min(owner.channelRoom(self), Self.segmentsPerRead * Self.segmentBytes) - kept))
    }

    private func readPlain(_ bytes: inout MutableSpan<UInt8>) -> ReadOutcome {
        let start = ScratchBlock.headroom
        let kept = self.takeCarry(into: &bytes, at: start)
        let limit = self.readLimit(kept: kept, room: bytes.count - start - kept)
        switch self.receive(into: &bytes, from: start + kept, limit: limit) {
        case .done(0):
            self.putBack(bytes.span, start..<start + kept)
            self.peerEnded()
        case .done(let count):
            self.deliver(&bytes, from: start, to: start + kept + count)
            return ReadOutcome(count, of: limit)
        case .failed(let error):
            self.putBack(bytes.span, start..<start + kept)
            if !error.meansTryLater {
                self.tellEnd(.failed(error))
            }
        }
        return .nothing
    }

    private func readSecure(_ bytes: inout MutableSpan<UInt8>) -> ReadOutcome {
        let limit = self.readLimit(kept: self.carriedBytes, room: self.context.loop.wire.capacity)
        let result = self.context.loop.wire.withSpan { wire in
            let received = self.receive(into: &wire, from: 0, limit: limit)
            if case .done(let count) = received, count > 0 {
                self.decrypt(wire.span, count: count, into: &bytes)
            }
            return received
        }
        switch result {
        case .done(0):
            switch self.tls?.transportEnded() {
            case .clean, nil: self.peerEnded()
            case .truncated: self.tellEnd(.truncated)
            case .duringHandshake: self.tellEnd(.truncated)
            }
        case .done(let count):
            return ReadOutcome(count, of: limit)
        case .failed(let error):
            if !error.meansTryLater {
                self.tellEnd(.failed(error))
            }
        }
        return .nothing
    }

    func decrypt(_ wire: Span<UInt8>, count: Int, into bytes: inout MutableSpan<UInt8>) {
        var offset = 0
        var more = true
        while more, self.state == .open, let tls = self.tls {
            guard self.carriedBytes < self.carryLimit else {
                self.tellEnd(.failed(.noBufferSpace))
                return
            }
            let start = ScratchBlock.headroom
            let kept = self.takeCarry(into: &bytes, at: start)
            let progress: TLSProgress
            do {
                progress = try unsafe wire.extracting(offset..<count).withUnsafeBytes { source in
                    try unsafe bytes.withUnsafeMutableBytes { target throws(TLSError) in
                        let room = unsafe UnsafeMutableRawBufferPointer(rebasing: target[(start + kept)...])
                        return try unsafe tls.receive(source, into: room)
                    }
                }
            } catch let error as TLSError {
                self.sendCiphertext()  // The alert that tells the peer why.
                self.tellEnd(.tls(error))
                return
            } catch {
                self.tellEnd(.tls(.internalError("\(error)")))
                return
            }
            self.sendCiphertext()
            offset += progress.wireConsumed
            more = progress.mayHaveMore || (offset < count && progress.wireConsumed > 0)
            let end = start + kept + progress.plaintextCount
            if progress.handshakeCompleted {
                self.secured(bytes.span, start..<end)
            } else if progress.plaintextCount > 0 {
                self.deliver(&bytes, from: start, to: end)
            } else {
                self.putBack(bytes.span, start..<end)
            }
            if progress.peerClosed {
                // RFC 8446 §6.1: maybe in one read with bytes that the owner has left for later.
                self.peerEnded()
                return
            }
        }
    }

    /// The handshake is done; what came with its last message is for whoever owns the channel from now on.
    private func secured(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        self.putBack(bytes, range)
        self.owner?.channelSecured(self)
        if self.carriedBytes > 0, !self.isReadingPaused {
            self.requestTurn()
        }
    }

    /// Copies what was left over to `start` and returns how much it was.
    func takeCarry(into bytes: inout MutableSpan<UInt8>, at start: Int) -> Int {
        let kept = self.carriedBytes
        guard kept > 0 else { return 0 }
        var offset = start
        unsafe bytes.withUnsafeMutableBytes { block in
            _ = unsafe self.backlog.carry.drain(into: self.context.loop.blocks) { parts in
                let before = offset
                for index in 0..<parts.count {
                    let part = unsafe parts[index]
                    let piece = unsafe UnsafeRawBufferPointer(start: part.iov_base, count: part.iov_len)
                    unsafe UnsafeMutableRawBufferPointer(rebasing: block[offset...]).copyMemory(from: piece)
                    offset += piece.count
                }
                return .done(offset - before)
            }
        }
        return kept
    }

    /// Keeps a range of the block for the next turn.
    func putBack(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard !range.isEmpty, self.state == .open else { return }
        self.backlog.carry.append(bytes.extracting(range), from: self.context.loop.blocks)
    }

    func receive(into bytes: inout MutableSpan<UInt8>, from start: Int, limit: Int) -> CallResult {
        let count = min(limit, bytes.count - start)
        guard count > 0 else { return .failed(.wouldBlock) }
        return unsafe bytes.withUnsafeMutableBytes { block in
            let room = unsafe UnsafeMutableRawBufferPointer(rebasing: block[start..<start + count])
            return unsafe self.context.loop.calls.receive(self.descriptor, room)
        }
    }
}
