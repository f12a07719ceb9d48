// What a peer said before it stopped taking our bytes. An upstream that refuses early (413) and resets while the request
// is still on its way has told why, and the kernel keeps that: it is read and delivered before the failed write is told.
//
// Read until nothing comes, within `lingerBytes`. An owner that has paused is told of the failure at once instead.

import EventLoop
import OpenSSLTLS

extension Channel {
    /// Whether a write failed because the peer is gone, its last words being wanted and not told to have ended.
    var mayHaveLastWords: Bool {
        guard self.hasFailedToWrite, self.state == .open, !self.endTold, !self.isReadingPaused,
            case .failed(let error) = self.pendingEnd
        else { return false }
        return error == .brokenPipe || error == .connectionReset
    }

    /// One read; true when something came, so that there may be more.
    func readLastWords() -> Bool {
        let limits = self.context.limits
        let limit = min(limits.readBytes, limits.lingerBytes - self.backlog.lingered)
        guard limit > 0, self.carriedBytes < self.carryLimit else { return false }
        let count = self.context.loop.input.withSpan { bytes in
            self.tls == nil
                ? self.readLastPlain(&bytes, limit: limit) : self.readLastSecure(&bytes, limit: limit)
        }
        self.backlog.lingered += count
        return count > 0
    }

    private func readLastPlain(_ bytes: inout MutableSpan<UInt8>, limit: Int) -> Int {
        let start = ScratchBlock.headroom
        let kept = self.takeCarry(into: &bytes, at: start)
        guard case .done(let count) = self.receive(into: &bytes, from: start + kept, limit: limit), count > 0 else {
            self.putBack(bytes.span, start..<start + kept)
            return 0
        }
        self.deliver(&bytes, from: start, to: start + kept + count)
        return count
    }

    private func readLastSecure(_ bytes: inout MutableSpan<UInt8>, limit: Int) -> Int {
        self.context.loop.wire.withSpan { wire in
            guard case .done(let count) = self.receive(into: &wire, from: 0, limit: min(limit, wire.count)), count > 0
            else { return 0 }
            self.decrypt(wire.span, count: count, into: &bytes)
            return count
        }
    }
}
