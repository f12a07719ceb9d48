// TLSOutput.swift: the block that collects ciphertext until it is flushed to a socket.
//
// One per loop, shared by all sessions of that loop, empty between calls: whoever makes a session write flushes the
// output to that session's socket, or spills it, before another session is called. Grows by doubling to its limit;
// once emptied it keeps its storage only up to `TLSLimits.outputBytesKept`.

/// Ciphertext on its way out.
///
/// Belongs to one loop and is not Sendable.
@safe package final class TLSOutput {
    package let limit: Int
    package private(set) var count = 0

    private static let smallestCapacity = 32 * 1024

    // Invariant: `count` <= `storage.count` <= `limit`; the first `count` bytes are initialized.
    private var storage = unsafe UnsafeMutableRawBufferPointer(start: nil, count: 0)

    package init(limit: Int = TLSLimits.outputBytes) {
        self.limit = max(limit, TLSLimits.recordPlaintext + TLSLimits.recordOverhead + TLSLimits.outputReserve)
    }

    deinit {
        unsafe self.storage.deallocate()
    }

    package var isEmpty: Bool { self.count == 0 }

    package var capacity: Int { unsafe self.storage.count }

    /// Lends the collected bytes; the pointer is dead once `body` returns.
    package func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E) -> R {
        try unsafe body(UnsafeRawBufferPointer(rebasing: self.storage[0..<self.count]))
    }

    /// Forgets the bytes, which were sent or kept elsewhere.
    package func removeAll() {
        self.count = 0
        guard self.capacity > TLSLimits.outputBytesKept else { return }
        unsafe self.storage.deallocate()
        unsafe self.storage = UnsafeMutableRawBufferPointer(start: nil, count: 0)
    }

    /// Whether `plaintextCount` bytes, once encrypted, are sure to fit.
    func hasRoom(forPlaintext plaintextCount: Int) -> Bool {
        let room = self.limit - self.count - TLSLimits.outputReserve
        guard plaintextCount <= room else { return false }
        let records = plaintextCount / TLSLimits.recordPlaintext + 1
        return plaintextCount + records * TLSLimits.recordOverhead <= room
    }

    /// Adds all of `bytes`, or nothing and false when the limit would be passed.
    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard bytes.count <= self.limit - self.count else { return false }
        self.reserve(self.count + bytes.count)
        unsafe UnsafeMutableRawBufferPointer(rebasing: self.storage[self.count...]).copyMemory(from: bytes)
        self.count += bytes.count
        return true
    }

    /// Callers have checked that `needed` does not pass the limit.
    private func reserve(_ needed: Int) {
        guard needed > self.capacity else { return }
        let capacity = min(self.limit, max(needed, 2 * self.capacity, Self.smallestCapacity))
        let larger = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 16)
        unsafe larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: self.storage[0..<self.count]))
        unsafe self.storage.deallocate()
        unsafe self.storage = larger
    }
}
