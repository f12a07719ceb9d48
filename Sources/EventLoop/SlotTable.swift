// Elements under names that go stale: an index and a generation. A name outlives its element without harm, which is
// what lets a kernel event, a cancelled timer or a late answer arrive after its owner has gone.
//
// Invariants: a slot's generation grows by one with each removal and is never 0; free slots form a chain through
// `nextFree`. A generation repeats after 2^32 removals from one slot; nothing holds a name for that long.

/// Names an element of a `SlotTable`.
package struct SlotID: Hashable, Sendable {
    package let index: UInt32
    package let generation: UInt32

    package init(index: UInt32, generation: UInt32) {
        self.index = index
        self.generation = generation
    }

    /// Both halves in one integer, the way it travels through epoll.
    package var packed: UInt64 {
        UInt64(generation) << 32 | UInt64(index)
    }

    package init(packed: UInt64) {
        index = UInt32(truncatingIfNeeded: packed)
        generation = UInt32(truncatingIfNeeded: packed >> 32)
    }
}

/// A table of elements with stable, reusable places and names that go stale.
package struct SlotTable<Element> {
    private struct Slot {
        var generation: UInt32
        var nextFree: UInt32
        var element: Element?
    }

    /// Ends the chain of free slots, and is therefore never an index.
    private static var none: UInt32 { .max }

    /// How many elements it can hold.
    package let capacity: Int
    package private(set) var count = 0
    private var slots: [Slot] = []
    private var firstFree = SlotTable.none

    /// - Parameter expected: elements that it has room for from the start.
    ///
    /// Large blocks come from the kernel and are resident only where they were used, while a table that grows leaves what
    /// it outgrew behind.
    package init(capacity: Int = Int(UInt32.max) - 1, expected: Int = 0) {
        self.capacity = min(max(capacity, 0), Int(UInt32.max) - 1)
        slots.reserveCapacity(min(max(expected, 0), self.capacity))
    }

    /// Takes the element in and names it; nil when the table is full.
    package mutating func insert(_ element: Element) -> SlotID? {
        if firstFree != SlotTable.none {
            let index = firstFree
            firstFree = slots[Int(index)].nextFree
            slots[Int(index)].element = element
            count += 1
            return SlotID(index: index, generation: slots[Int(index)].generation)
        }
        guard slots.count < capacity else { return nil }
        let index = UInt32(slots.count)
        slots.append(Slot(generation: 1, nextFree: SlotTable.none, element: element))
        count += 1
        return SlotID(index: index, generation: 1)
    }

    /// The element of that name; nil when it has gone.
    ///
    /// Storing under a stale name does nothing.
    package subscript(id: SlotID) -> Element? {
        guard let index = place(of: id) else { return nil }
        return slots[index].element
    }

    /// Changes the element where it stands; false when it has gone.
    @discardableResult
    package mutating func update(_ id: SlotID, _ change: (inout Element) -> Void) -> Bool {
        guard let index = place(of: id), var element = slots[index].element else { return false }
        slots[index].element = nil
        change(&element)
        slots[index].element = element
        return true
    }

    /// Takes the element out; its name is stale from here on.
    @discardableResult
    package mutating func remove(_ id: SlotID) -> Element? {
        guard let index = place(of: id) else { return nil }
        let element = slots[index].element
        slots[index].element = nil
        slots[index].generation &+= 1
        if slots[index].generation == 0 {
            slots[index].generation = 1
        }
        slots[index].nextFree = firstFree
        firstFree = id.index
        count -= 1
        return element
    }

    /// Takes every element out; all names are stale from here on.
    package mutating func removeAll() -> [Element] {
        var removed: [Element] = []
        for index in slots.indices where slots[index].element != nil {
            let id = SlotID(index: UInt32(index), generation: slots[index].generation)
            if let element = remove(id) {
                removed.append(element)
            }
        }
        return removed
    }

    private func place(of id: SlotID) -> Int? {
        let index = Int(id.index)
        guard index < slots.count, slots[index].generation == id.generation, slots[index].element != nil else {
            return nil
        }
        return index
    }
}
