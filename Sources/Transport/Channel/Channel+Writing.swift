// How bytes go out: in place from the loop's input block, or from memory of their own; through TLS where there is
// any; and into the spill only when the kernel refuses them.

import EventLoop
import Glibc
package import OpenSSLTLS

extension Channel {
    /// Plaintext that is encrypted before the ciphertext is sent on; far below what TLS puts out at a time.
    private static let encryptedAtOnce = 256 * 1024

    /// A fresh unpredictable masking key (RFC 6455 §5.3).
    ///
    /// Asked of the channel, which its leg holds: whoever reaches for the context or its source holds that, too, and lets it go
    /// again with each message.
    @inline(never)
    func nextMaskingKey() -> UInt32 { self.context.nextMaskingKey() }

    // MARK: From the input block

    /// Adds a range of the loop's input block to what `flushStaged` sends; adjacent ranges become one.
    ///
    /// Must be followed by `flushStaged` before the owner's `received` call returns.
    package func stage(_ range: Range<Int>, in bytes: inout MutableSpan<UInt8>) {
        guard self.state == .open, !range.isEmpty else { return }
        if self.context.staged.append(range, for: self) { return }
        self.context.staged.target?.flushStaged(in: &bytes)
        _ = self.context.staged.append(range, for: self)
    }

    /// Sends what was staged for this channel.
    package func flushStaged(in bytes: inout MutableSpan<UInt8>) {
        guard self.context.staged.target === self else { return }
        if self.tls == nil, self.spilledBytes == 0, let range = self.context.staged.onlyRange {
            // The usual case, without a copy of all the ranges.
            self.context.staged.removeAll()
            guard self.mayWrite else { return }
            unsafe bytes.withUnsafeBytes { block in
                unsafe self.push(UnsafeRawBufferPointer(rebasing: block[range]))
            }
            return
        }
        let staged = self.context.staged
        self.context.staged.removeAll()
        guard self.mayWrite else { return }
        unsafe bytes.withUnsafeBytes { block in
            if self.tls == nil, self.spilledBytes == 0 {
                unsafe self.sendPlain(staged, of: block)
            } else {
                for index in 0..<staged.count {
                    let range = staged.ranges[index]
                    unsafe self.push(UnsafeRawBufferPointer(rebasing: block[range]))
                }
                self.flushSecure()
            }
        }
    }

    private func sendPlain(_ staged: StagedRanges, of block: UnsafeRawBufferPointer) {
        var sent = unsafe self.tryGather(staged, of: block)
        guard sent >= 0 else { return }
        for index in 0..<staged.count {
            let range = staged.ranges[index]
            if sent >= range.count {
                sent -= range.count
            } else {
                unsafe self.keep(UnsafeRawBufferPointer(rebasing: block[(range.lowerBound + sent)..<range.upperBound]))
                sent = 0
            }
        }
    }

    // MARK: From memory

    /// Once a send has failed nothing more goes out: the peer must not see a stream with a hole in it.
    private var mayWrite: Bool { self.state == .open && !self.hasFailedToWrite }

    /// Sends bytes that are not in the input block.
    package func write(_ bytes: Span<UInt8>) {
        guard self.mayWrite, !bytes.isEmpty else { return }
        unsafe bytes.withUnsafeBytes { source in
            unsafe self.push(source)
        }
        self.flushSecure()
    }

    /// Sends bytes that are not in the input block.
    package func write(_ bytes: [UInt8]) {
        self.write(bytes.span)
    }

    /// Hands bytes to the kernel, or to TLS; what the kernel refuses is kept.
    private func push(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 0 else { return }
        if let tls = self.tls {
            unsafe self.encrypt(bytes, with: tls)
            return
        }
        if self.spilledBytes > 0 {
            unsafe self.keep(bytes)
            return
        }
        let sent = unsafe self.trySend(bytes)
        if sent >= 0, sent < bytes.count {
            unsafe self.keep(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
        }
    }

    /// Encrypts in pieces, so that one write may be larger than what TLS puts out at a time.
    private func encrypt(_ bytes: UnsafeRawBufferPointer, with tls: TLSSession) {
        var rest = unsafe bytes
        while unsafe !rest.isEmpty, self.mayWrite {
            let piece = unsafe UnsafeRawBufferPointer(rebasing: rest.prefix(Self.encryptedAtOnce))
            unsafe rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(piece.count))
            do {
                try unsafe tls.send(piece)
            } catch {
                self.failWriting(.tls(error))
            }
            if unsafe !rest.isEmpty {
                self.sendCiphertext()
            }
        }
    }

    private func flushSecure() {
        if self.tls != nil {
            self.sendCiphertext()
        }
    }

    /// Starts the TLS handshake of a client.
    package func startTLS() throws(TLSError) {
        try self.tls?.start()
        self.sendCiphertext()
    }

    /// Sends what TLS has put out.
    func sendCiphertext() {
        let output = self.context.tlsOutput
        guard output.count > 0 else { return }
        defer { output.removeAll() }
        guard !self.hasFailedToWrite else { return }
        unsafe output.withBytes { bytes in
            if self.spilledBytes > 0 {
                unsafe self.keep(bytes)
                return
            }
            let sent = unsafe self.trySend(bytes)
            if sent >= 0, sent < bytes.count {
                unsafe self.keep(UnsafeRawBufferPointer(rebasing: bytes[sent...]))
            }
        }
    }

    // MARK: The kernel

    /// Bytes that a write now is sure not to spill; none when the kernel does not say.
    ///
    /// Of what the kernel has room for, half: with the smallest segments it needs as much again for itself. It keeps its
    /// word unless the whole machine runs out of memory for sockets.
    package var sendRoom: Int {
        guard self.mayWrite, self.spilledBytes == 0,
            case .done(let room) = self.context.loop.calls.sendRoom(self.descriptor)
        else { return 0 }
        return room / 2
    }

    /// One send; returns the count taken, or -1 when the connection failed (the end is told later).
    private func trySend(_ bytes: UnsafeRawBufferPointer) -> Int {
        self.outcome(unsafe self.context.loop.calls.send(self.descriptor, bytes))
    }

    private func tryGather(_ staged: StagedRanges, of block: UnsafeRawBufferPointer) -> Int {
        unsafe withUnsafeTemporaryAllocation(of: iovec.self, capacity: staged.count) { parts in
            for index in 0..<staged.count {
                let piece = unsafe UnsafeMutableRawBufferPointer(
                    mutating: UnsafeRawBufferPointer(rebasing: block[staged.ranges[index]])
                )
                unsafe parts.initializeElement(
                    at: index,
                    to: iovec(iov_base: piece.baseAddress, iov_len: piece.count)
                )
            }
            return self.outcome(
                unsafe self.context.loop.calls.sendGathered(self.descriptor, UnsafeBufferPointer(parts))
            )
        }
    }

    private func outcome(_ result: CallResult) -> Int {
        switch result {
        case .done(let count):
            return count
        case .failed(let error):
            if error.meansTryLater { return 0 }
            self.failWriting(.failed(error))
            return -1
        }
    }

    private func keep(_ bytes: UnsafeRawBufferPointer) {
        let wasEmpty = self.spilledBytes == 0
        unsafe self.backlog.spill.append(bytes, from: self.context.loop.blocks)
        if wasEmpty {
            self.updateInterest()
            self.watchForStall()
        }
    }

    /// The kernel takes bytes again.
    func drainSpill() {
        guard self.spilledBytes > 0 else { return }
        let before = self.spilledBytes
        let drained = self.backlog.spill.drain(
            to: self.descriptor,
            through: self.context.loop.calls,
            into: self.context.loop.blocks
        )
        if self.spilledBytes < before {
            self.noteProgress()
        }
        switch drained {
        case .emptied, .waiting:
            break
        case .failed(let error):
            if self.state == .open {
                self.failWriting(.failed(error))
            } else {
                self.tellEnd(.failed(error))
            }
            return
        }
        guard self.spilledBytes == 0 else { return }
        self.updateInterest()
        if self.state == .finishing {
            self.startLingering()
        } else {
            self.owner?.channelDrained(self)
        }
    }

    /// Remembers an end that was met while writing, so that the owner never hears of it inside its own call.
    private func failWriting(_ end: ChannelEnd) {
        guard !self.hasFailedToWrite else { return }
        self.hasFailedToWrite = true
        self.dropSpill()
        self.updateInterest()
        self.tellEndLater(end)
    }
}
