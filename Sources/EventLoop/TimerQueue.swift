// A loop's timers: a 4-ary heap of (deadline, order of scheduling, name) over a slot table of handlers.
//
// Scheduling a later deadline than all others, the usual case, takes constant time; cancelling always does, because it
// only empties the slot. The entry that stays behind in the heap is skipped when it surfaces, and once such entries
// are more than half of the heap it is rebuilt without them, so memory follows the number of live timers.
//
// Invariant: `heap` holds exactly one entry per live timer, plus `staleCount` entries whose slot has gone.

/// Timers in the order of their deadlines, equal ones in the order of scheduling.
struct TimerQueue {
    struct Timer {
        let handler: any TimerHandler
        private let storedTag: Int32
        /// Tags tell a handler's few timers apart; they are small.
        var tag: Int { Int(storedTag) }

        init(handler: any TimerHandler, tag: Int) {
            self.handler = handler
            storedTag = Int32(clamping: tag)
        }
    }

    private struct Entry {
        let deadline: MonotonicTime
        let order: UInt64
        let slot: SlotID

        func precedes(_ other: Entry) -> Bool {
            deadline == other.deadline ? order < other.order : deadline < other.deadline
        }
    }

    /// Below this many entries the heap is never rebuilt.
    private static let smallestRebuild = 64
    private static let fanOut = 4

    private var timers: SlotTable<Timer>
    private var heap: [Entry] = []
    private var staleCount = 0
    /// The order number of the next timer; all timers scheduled before have a smaller one.
    private(set) var nextOrder: UInt64 = 0

    /// - Parameter expected: timers that it has room for from the start.
    init(expected: Int = 0) {
        timers = SlotTable(expected: expected)
        heap.reserveCapacity(max(expected, 0))
    }

    /// Live timers.
    var count: Int { timers.count }

    /// Entries of the heap, live and stale.
    var entryCount: Int { heap.count }

    mutating func schedule(at deadline: MonotonicTime, _ handler: any TimerHandler, tag: Int) -> TimerID {
        guard let slot = timers.insert(Timer(handler: handler, tag: tag)) else {
            // 2^32 timers do not fit into memory; the name answers to nothing.
            return TimerID(slot: SlotID(index: .max, generation: 0))
        }
        heap.append(Entry(deadline: deadline, order: nextOrder, slot: slot))
        nextOrder += 1
        siftUp(from: heap.count - 1)
        return TimerID(slot: slot)
    }

    mutating func cancel(_ id: TimerID) {
        guard timers.remove(id.slot) != nil else { return }
        staleCount += 1
        if staleCount > TimerQueue.smallestRebuild, staleCount > heap.count / 2 {
            rebuild()
        }
    }

    /// The earliest deadline.
    mutating func nextDeadline() -> MonotonicTime? {
        dropStale()
        return heap.first?.deadline
    }

    /// Takes out the first timer that is due at `now` and was scheduled before `order`.
    ///
    /// The second condition keeps a handler that schedules itself for "now" from holding the loop for ever.
    mutating func popDue(at now: MonotonicTime, before order: UInt64) -> Timer? {
        dropStale()
        guard let first = heap.first, first.deadline <= now, first.order < order else { return nil }
        removeFirst()
        return timers.remove(first.slot)
    }

    mutating func removeAll() {
        _ = timers.removeAll()
        heap = []
        staleCount = 0
    }

    private mutating func dropStale() {
        while let first = heap.first, timers[first.slot] == nil {
            removeFirst()
            staleCount -= 1
        }
    }

    private mutating func rebuild() {
        heap.removeAll { timers[$0.slot] == nil }
        staleCount = 0
        guard heap.count > 1 else { return }
        for index in stride(from: (heap.count - 2) / TimerQueue.fanOut, through: 0, by: -1) {
            siftDown(from: index)
        }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown(from: 0)
    }

    private mutating func siftUp(from start: Int) {
        let entry = heap[start]
        var index = start
        while index > 0 {
            let parent = (index - 1) / TimerQueue.fanOut
            guard entry.precedes(heap[parent]) else { break }
            heap[index] = heap[parent]
            index = parent
        }
        heap[index] = entry
    }

    private mutating func siftDown(from start: Int) {
        let entry = heap[start]
        var index = start
        while true {
            let firstChild = index * TimerQueue.fanOut + 1
            guard firstChild < heap.count else { break }
            var least = firstChild
            for child in (firstChild + 1)..<max(firstChild + 1, min(firstChild + TimerQueue.fanOut, heap.count))
            where heap[child].precedes(heap[least]) {
                least = child
            }
            guard heap[least].precedes(entry) else { break }
            heap[index] = heap[least]
            index = least
        }
        heap[index] = entry
    }
}
