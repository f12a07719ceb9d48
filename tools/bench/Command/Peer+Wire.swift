// Bytes to and from the socket, through TLS at the upstream's end if that is what is measured.

import BenchCore
import EventLoop
import OpenSSLTLS

extension Peer {
    /// The most plaintext that goes into TLS at a time, so that its output stays within its limit.
    private static let secureBytes = 256 * 1024

    // MARK: In

    /// One read, all of it looked at.
    func readable() {
        let loop = self.stage.loop
        if self.tls == nil {
            loop.input.withSpan { bytes in
                let count = self.receive(into: &bytes)
                if count > 0 { self.arrived(&bytes, to: count) }
            }
            return
        }
        loop.wire.withSpan { wire in
            let count = self.receive(into: &wire)
            guard count > 0 else { return }
            loop.input.withSpan { self.decrypt(wire.span.extracting(0..<count), into: &$0) }
        }
    }

    /// What the socket had; 0 when that was nothing, or the end.
    private func receive(into bytes: inout MutableSpan<UInt8>) -> Int {
        let result = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe self.stage.loop.calls.receive(self.descriptor, buffer)
        }
        switch result {
        case .done(0):
            self.end("the relay closed the connection" + (self.gathered.isEmpty ? "" : ", having said: \(self.said)"))
            return 0
        case .done(let count):
            return count
        case .failed(let error):
            if !error.meansTryLater { self.end("\(error)") }
            return 0
        }
    }

    private func decrypt(_ wire: Span<UInt8>, into bytes: inout MutableSpan<UInt8>) {
        guard let tls = self.tls else { return }
        var offset = 0
        var hasMore = true
        while hasMore, !self.isEnded {
            let progress: TLSProgress
            do {
                progress = try unsafe wire.extracting(offset..<wire.count).withUnsafeBytes { source in
                    try unsafe bytes.withUnsafeMutableBytes { target throws(TLSError) in
                        try unsafe tls.receive(source, into: target)
                    }
                }
            } catch {
                self.end("TLS: \(error)")
                return
            }
            self.sendCiphertext()
            offset += progress.wireConsumed
            hasMore = progress.mayHaveMore
            if progress.plaintextCount > 0 { self.arrived(&bytes, to: progress.plaintextCount) }
            if progress.peerClosed { self.end("the relay ended TLS") }
        }
    }

    // MARK: Out

    /// Sends bytes that belong to no block.
    func write(_ bytes: [UInt8]) {
        let taken = unsafe bytes.withUnsafeBytes { unsafe self.offer($0) }
        if taken < bytes.count { self.waiting += bytes[taken...] }
        self.updateInterest()
    }

    /// Starts a block with the next number; its rest follows as the kernel makes room.
    func send(_ block: FrameBlock) {
        self.block = block
        self.blockOffset = 0
        self.blockNumber = self.nextNumber
        self.nextNumber &+= UInt32(truncatingIfNeeded: block.frameCount)
        self.proceed()
    }

    func writable() {
        guard self.flushWaiting() else { return }
        if self.block != nil {
            self.proceed()
        } else if self.mayStream {
            self.send(self.stage.block(of: self.side))
        } else {
            self.updateInterest()
        }
    }

    private func proceed() {
        guard let block = self.block else { return }
        block.prepare(session: self.session, number: self.blockNumber, from: self.blockOffset)
        self.blockOffset += unsafe block.withBytes(from: self.blockOffset) { unsafe self.offer($0) }
        if self.blockOffset == block.count {
            self.block = nil
            if !self.pongs.isEmpty {
                let pongs = self.pongs
                self.pongs = []
                self.write(pongs)
            }
        }
        self.updateInterest()
    }

    /// Gives bytes to the kernel or to TLS; returns how many need not be offered again.
    private func offer(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard !self.isEnded, self.waiting.isEmpty else { return 0 }
        guard let tls = self.tls else { return unsafe self.sendToKernel(bytes) }
        let part = unsafe UnsafeRawBufferPointer(rebasing: bytes.prefix(Self.secureBytes))
        do {
            try unsafe tls.send(part)
        } catch {
            self.end("TLS: \(error)")
            return 0
        }
        self.sendCiphertext()
        return part.count
    }

    private func sendCiphertext() {
        let output = self.stage.tlsOutput
        guard output.count > 0 else { return }
        unsafe output.withBytes { bytes in
            let taken = self.waiting.isEmpty ? unsafe self.sendToKernel(bytes) : 0
            unsafe self.waiting.append(contentsOf: bytes[taken...])
        }
        output.removeAll()
        self.updateInterest()
    }

    private func flushWaiting() -> Bool {
        guard !self.waiting.isEmpty else { return true }
        let taken = unsafe self.waiting.withUnsafeBytes { unsafe self.sendToKernel($0) }
        self.waiting.removeFirst(taken)
        return self.waiting.isEmpty
    }

    private func sendToKernel(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard !self.isEnded else { return 0 }
        switch unsafe self.stage.loop.calls.send(self.descriptor, bytes) {
        case .done(let count):
            return count
        case .failed(let error):
            if !error.meansTryLater { self.end("\(error)") }
            return 0
        }
    }
}
