// Answers by the digest of their request, the least recently used first to go (LRU): bounded in number, in bytes and in age.
//
// Slots form a ring through their indices, from the most recently used to the least; a slot that is freed is used again.

/// A bounded table of values with a size; times are monotonic, in nanoseconds.
package struct ResponseTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private struct Slot: Sendable {
        var key: Key
        var value: Value
        var bytes: Int
        var expiresAt: Int64
        /// Neighbours; nil at the ends.
        var newer: Int?
        var older: Int?
    }

    /// What an entry costs besides its value.
    package static var overheadBytes: Int { 256 }

    private let entries: Int
    private let limitBytes: Int
    private var slots: [Slot?] = []
    private var free: [Int] = []
    private var places: [Key: Int] = [:]
    private var newest: Int?
    private var oldest: Int?
    /// What is held, overhead included.
    package private(set) var bytes = 0

    package init(entries: Int, bytes: Int) {
        self.entries = max(0, entries)
        self.limitBytes = max(0, bytes)
    }

    package var count: Int { places.count }

    /// Returns a value that is not too old, which is then the most recently used.
    package mutating func value(of key: Key, now: Int64) -> Value? {
        guard let place = places[key], let slot = slots[place] else { return nil }
        guard slot.expiresAt > now else {
            remove(place)
            return nil
        }
        unlink(place)
        link(place)
        return slot.value
    }

    /// Keeps a value in place of the one before; what is larger than the table is not kept.
    package mutating func insert(_ value: Value, bytes given: Int, for key: Key, expiresAt: Int64) {
        if let place = places[key] { remove(place) }
        let (size, overflow) = max(0, given).addingReportingOverflow(Self.overheadBytes)
        guard !overflow, size <= limitBytes, entries > 0 else { return }
        while let oldest, places.count >= entries || bytes > limitBytes - size { remove(oldest) }
        let slot = Slot(key: key, value: value, bytes: size, expiresAt: expiresAt, newer: nil, older: nil)
        let place: Int
        if let reused = free.popLast() {
            place = reused
            slots[place] = slot
        } else {
            place = slots.count
            slots.append(slot)
        }
        places[key] = place
        bytes += size
        link(place)
    }

    private mutating func remove(_ place: Int) {
        guard let slot = slots[place] else { return }
        unlink(place)
        slots[place] = nil
        places[slot.key] = nil
        bytes -= slot.bytes
        free.append(place)
    }

    private mutating func link(_ place: Int) {
        slots[place]?.newer = nil
        slots[place]?.older = newest
        if let newest { slots[newest]?.newer = place }
        newest = place
        oldest = oldest ?? place
    }

    private mutating func unlink(_ place: Int) {
        guard let slot = slots[place] else { return }
        if let newer = slot.newer { slots[newer]?.older = slot.older } else { newest = slot.older }
        if let older = slot.older { slots[older]?.newer = slot.newer } else { oldest = slot.newer }
    }
}
