// The zlib streams of one event loop. Sessions without context takeover borrow a stream for the length of one message
// and give it back, so that idle sessions hold none (RFC 7692 §7.1.1).
//
// Between messages there is one inflater in use at a time, and one deflater per window size; more are out only while
// several messages are half through, which is bounded by the number of sessions.

/// Lends inflaters and deflaters; bound to its loop, hence not Sendable.
package final class DeflatePool {
    /// Streams of a kind that are kept when nobody uses them.
    package static let maximumIdle = 2

    package let settings: DeflateSettings
    private var inflaters: [Inflater] = []
    private var deflaters: [Deflater] = []

    package init(settings: DeflateSettings = DeflateSettings()) {
        self.settings = settings
    }

    /// Streams that wait for the next message.
    package var idleCount: Int { self.inflaters.count + self.deflaters.count }

    /// An inflater that knows nothing yet.
    ///
    /// Nil when zlib has no memory.
    package func lendInflater() -> Inflater? {
        if let inflater = self.inflaters.popLast() {
            inflater.reset()
            return inflater
        }
        // The largest window reads what was written for any smaller one.
        return Inflater(windowBits: DeflateParameters.maximumWindowBits)
    }

    package func takeBack(_ inflater: Inflater) {
        guard self.inflaters.count < Self.maximumIdle, inflater.windowBits == DeflateParameters.maximumWindowBits else {
            return
        }
        self.inflaters.append(inflater)
    }

    /// A deflater that knows nothing yet.
    ///
    /// Nil when zlib has no memory.
    package func lendDeflater(windowBits: Int) -> Deflater? {
        if let index = self.deflaters.lastIndex(where: { $0.windowBits == windowBits }) {
            let deflater = self.deflaters.remove(at: index)
            deflater.reset()
            return deflater
        }
        return self.makeDeflater(windowBits: windowBits)
    }

    package func takeBack(_ deflater: Deflater) {
        // The oldest goes: window sizes that nobody asks for any more must not hold the place.
        if self.deflaters.count >= Self.maximumIdle { self.deflaters.removeFirst() }
        self.deflaters.append(deflater)
    }

    /// A deflater for a session to keep.
    package func makeDeflater(windowBits: Int) -> Deflater? {
        Deflater(windowBits: windowBits, level: self.settings.level, memoryLevel: self.settings.memoryLevel)
    }
}
