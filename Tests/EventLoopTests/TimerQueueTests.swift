import TestSupport
import Testing

@testable import EventLoop

@Suite("Timer queue")
struct TimerQueueTests {
    private let handler = Recorder()

    private func at(_ time: Int64) -> MonotonicTime {
        MonotonicTime(nanoseconds: time)
    }

    private func tagsDue(_ queue: inout TimerQueue, at time: Int64) -> [Int] {
        var tags: [Int] = []
        let order = queue.nextOrder
        while let timer = queue.popDue(at: at(time), before: order) {
            tags.append(timer.tag)
        }
        return tags
    }

    @Test("fires by deadline, equal deadlines by order of scheduling")
    func order() {
        var queue = TimerQueue()
        for (tag, time) in [(1, 30), (2, 10), (3, 20), (4, 10), (5, 40)] as [(Int, Int64)] {
            _ = queue.schedule(at: at(time), handler, tag: tag)
        }
        #expect(queue.nextDeadline() == at(10))
        #expect(tagsDue(&queue, at: 9) == [])
        #expect(tagsDue(&queue, at: 30) == [2, 4, 3, 1])
        #expect(queue.count == 1)
        #expect(queue.nextDeadline() == at(40))
    }

    @Test("a cancelled timer does not fire and its name is spent")
    func cancel() {
        var queue = TimerQueue()
        let first = queue.schedule(at: at(1), handler, tag: 1)
        _ = queue.schedule(at: at(2), handler, tag: 2)
        queue.cancel(first)
        queue.cancel(first)
        #expect(queue.nextDeadline() == at(2))
        let third = queue.schedule(at: at(1), handler, tag: 3)
        queue.cancel(first)
        #expect(tagsDue(&queue, at: 5) == [3, 2])
        queue.cancel(third)
        #expect(queue.count == 0)
        #expect(queue.nextDeadline() == nil)
    }

    @Test("a timer set while firing waits for the next round, even if it is due")
    func rescheduling() {
        var queue = TimerQueue()
        _ = queue.schedule(at: at(1), handler, tag: 1)
        let order = queue.nextOrder
        #expect(queue.popDue(at: at(5), before: order)?.tag == 1)
        _ = queue.schedule(at: at(0), handler, tag: 2)
        #expect(queue.popDue(at: at(5), before: order)?.tag == nil)
        #expect(tagsDue(&queue, at: 5) == [2])
    }

    @Test("agrees with sorting, at random, with cancellations")
    func againstSorting() {
        var random = SeededRandom(seed: 1)
        for _ in 0..<50 {
            var queue = TimerQueue()
            var expected: [(time: Int64, tag: Int)] = []
            var names: [TimerID] = []
            for tag in 0..<400 {
                let time = Int64.random(in: 0..<100, using: &random)
                names.append(queue.schedule(at: at(time), handler, tag: tag))
                expected.append((time, tag))
            }
            for victim in names.indices where Int.random(in: 0..<3, using: &random) > 0 {
                queue.cancel(names[victim])
                expected.removeAll { $0.tag == victim }
            }
            expected.sort { $0.time == $1.time ? $0.tag < $1.tag : $0.time < $1.time }
            let half = tagsDue(&queue, at: 50)
            #expect(half == expected.filter { $0.time <= 50 }.map(\.tag))
            #expect(half + tagsDue(&queue, at: 100) == expected.map(\.tag))
        }
    }

    @Test("memory follows the live timers, not the cancelled ones")
    func cancelledEntriesGo() {
        var queue = TimerQueue()
        let kept = queue.schedule(at: at(1_000_000), handler, tag: -1)
        for time in 0..<100_000 {
            // An idle timer that each message pushes out.
            let id = queue.schedule(at: at(1_000 + Int64(time)), handler, tag: time)
            queue.cancel(id)
            #expect(queue.entryCount <= 200)
        }
        #expect(queue.count == 1)
        #expect(tagsDue(&queue, at: 999_999) == [])
        queue.cancel(kept)
        #expect(queue.nextDeadline() == nil)
        #expect(queue.entryCount == 0)
    }

    @Test("holds a hundred thousand timers")
    func many() {
        var queue = TimerQueue()
        var random = SeededRandom(seed: 2)
        for tag in 0..<100_000 {
            _ = queue.schedule(at: at(Int64.random(in: 0..<1_000_000_000, using: &random)), handler, tag: tag)
        }
        #expect(queue.count == 100_000)
        #expect(tagsDue(&queue, at: 1_000_000_000).count == 100_000)
        #expect(queue.entryCount == 0)
    }

    @Test("lets go of handlers that fired, were cancelled or removed")
    func handlersAreReleased() {
        var queue = TimerQueue()
        weak var fired: Recorder?
        weak var cancelled: Recorder?
        weak var removed: Recorder?
        do {
            let handlers = [Recorder(), Recorder(), Recorder()]
            (fired, cancelled, removed) = (handlers[0], handlers[1], handlers[2])
            _ = queue.schedule(at: at(1), handlers[0], tag: 0)
            let id = queue.schedule(at: at(2), handlers[1], tag: 1)
            _ = queue.schedule(at: at(3), handlers[2], tag: 2)
            _ = tagsDue(&queue, at: 1)
            queue.cancel(id)
        }
        #expect(fired == nil)
        #expect(cancelled == nil)
        #expect(removed != nil)
        queue.removeAll()
        #expect(removed == nil)
    }
}
