// The loop: one thread, one poller, its timers, and the memory its connections share.
//
// A turn is: wait; read the clock; tell the ready descriptors; fire due timers; run what other threads sent; end of
// turn. Everything a handler does during a turn sees the same `now`.
//
// Invariants: descriptors are watched under an index and a generation, so an event for something that was removed
// earlier in the same turn finds nobody, even when its descriptor number lives on in a new registration. They are
// watched level-triggered but for those that ask for news only. No turn allocates in the steady state.

/// An event loop.
///
/// Belongs to the thread that made it and is not `Sendable`; other threads hold its `handle`.
package final class EventLoop {
    /// Operations of `perform` that may be under way at once.
    package static let operationLimit = 65_536
    private static let wakeUpData = UInt64.max

    private struct Watched {
        // The large one first: the table has one of these for each descriptor.
        let handler: any ReadinessHandler
        let descriptor: CInt
        var interest: Interest
        /// False while the poller does not have the descriptor: see `mute`.
        var isArmed: Bool
    }

    package let index: Int
    /// The face for other threads.
    package let handle: LoopHandle
    /// The time of this turn.
    package private(set) var now: MonotonicTime
    /// Every call on a socket goes through this.
    package let calls: any SystemCalls
    /// Where plaintext is read to or decrypted to.
    package let input = ScratchBlock(capacity: 192 * 1024)
    /// Where ciphertext is read to.
    package let wire = ScratchBlock(capacity: 192 * 1024)
    package let blocks = BlockPool()

    private let clock: () -> MonotonicTime
    private let poller: Poller
    /// Descriptors and timers that there is room for from the start, two descriptors and a timer for each of 8,192 sessions;
    /// beyond that the tables grow by doubling.
    private static let expected = 16_384
    private var watched = SlotTable<Watched>(expected: EventLoop.expected)
    private var timers = TimerQueue(expected: EventLoop.expected)
    private var turnHandlers: [any TurnHandler] = []
    private var endingTurn: [any TurnHandler] = []
    private var batch: [LoopHandle.Work] = []
    private var operations = SlotTable<any PendingOperation>(capacity: EventLoop.operationLimit)
    /// Registrations whose descriptor the poller would not take back; told `.error` in the next turn.
    private var broken: [SlotID] = []
    private var isStopping = false

    /// Makes a loop on the calling thread.
    ///
    /// `clock` stands in for CLOCK_MONOTONIC in tests.
    package init(
        index: Int,
        calls: any SystemCalls = KernelCalls(),
        clock: (() -> MonotonicTime)? = nil
    ) throws {
        self.index = index
        self.calls = calls
        self.clock = clock ?? { MonotonicTime.now() }
        now = self.clock()
        handle = try LoopHandle(index: index)
        poller = try Poller(calls: calls)
        try poller.add(handle.wakeUp.descriptor, .read, data: EventLoop.wakeUpData)
    }
}

@available(*, unavailable)
extension EventLoop: Sendable {}

// MARK: - Descriptors

extension EventLoop {
    /// Watches a descriptor and holds its handler until `remove`, which comes before closing the descriptor.
    package func add(
        _ descriptor: CInt,
        _ interest: Interest,
        _ handler: any ReadinessHandler
    ) throws(SystemError) -> Registration {
        let entry = Watched(handler: handler, descriptor: descriptor, interest: interest, isArmed: true)
        guard let slot = watched.insert(entry) else { throw .tooManyOpenInProcess }
        do {
            try poller.add(descriptor, interest, data: slot.packed)
        } catch {
            watched.remove(slot)
            throw error
        }
        return Registration(slot: slot)
    }

    /// Changes what a descriptor is watched for; with the same interest as before, lets the poller report once more
    /// what there is of it.
    ///
    /// A stale registration is ignored.
    package func update(_ registration: Registration, _ interest: Interest) {
        let slot = registration.slot
        guard let entry = watched[slot] else { return }
        watched.update(slot) { $0.interest = interest }
        if !entry.isArmed, interest.isEmpty { return }
        do {
            if entry.isArmed {
                try poller.modify(entry.descriptor, interest, data: slot.packed)
            } else {
                try poller.add(entry.descriptor, interest, data: slot.packed)
                watched.update(slot) { $0.isArmed = true }
            }
        } catch {
            broken.append(slot)
        }
    }

    /// Stops watching and lets go of the handler.
    ///
    /// A stale registration is ignored.
    package func remove(_ registration: Registration) {
        guard let entry = watched.remove(registration.slot) else { return }
        if entry.isArmed {
            poller.remove(entry.descriptor)
        }
    }

    /// Watched descriptors.
    package var registrationCount: Int { watched.count }

    private func deliver(_ readiness: Readiness, to slot: SlotID) {
        guard let entry = watched[slot] else { return }
        if entry.interest.isEmpty {
            mute(slot, entry.descriptor)
        }
        entry.handler.ready(readiness)
    }

    /// Takes a descriptor out of the poller after a hang-up or error that nobody was interested in.
    ///
    /// The kernel reports both whatever the interest and for as long as they last, so a paused connection whose peer has
    /// gone would turn the loop in circles. Its handler hears of it once; `update` puts the descriptor back.
    private func mute(_ slot: SlotID, _ descriptor: CInt) {
        poller.remove(descriptor)
        watched.update(slot) { $0.isArmed = false }
    }

    private func deliverBroken() {
        guard !broken.isEmpty else { return }
        let slots = broken
        broken = []
        for slot in slots {
            watched[slot]?.handler.ready(.error)
        }
    }
}

// MARK: - Timers, end of turn, work elsewhere

extension EventLoop {
    /// Calls `handler.timerFired(tag:)` in the first turn whose time has reached `deadline`, unless cancelled before.
    @discardableResult
    package func schedule(at deadline: MonotonicTime, _ handler: any TimerHandler, tag: Int = 0) -> TimerID {
        timers.schedule(at: deadline, handler, tag: tag)
    }

    /// Forgets a timer, in constant time.
    ///
    /// One that fired already is ignored.
    package func cancel(_ id: TimerID) {
        timers.cancel(id)
    }

    /// The time of this moment; `now` is that at which the turn began.
    package func readClock() -> MonotonicTime { clock() }

    /// Timers that have neither fired nor been cancelled.
    package var timerCount: Int { timers.count }

    /// Calls `handler.endOfTurn()` once, after all that this turn brings; from within `endOfTurn`, in the next turn.
    ///
    /// A handler that is added twice is called twice: knowing that it was added is its own business.
    package func atEndOfTurn(_ handler: any TurnHandler) {
        turnHandlers.append(handler)
    }

    /// Runs `operation` on the cooperative pool, then `then` with its result on this loop.
    ///
    /// False, and `operation` does not run, when `operationLimit` are under way. `then` is dropped when the loop ends
    /// before the operation.
    @discardableResult
    package func perform<T: Sendable>(
        _ operation: @escaping @Sendable () async -> T,
        then: @escaping (T) -> Void
    ) -> Bool {
        guard let slot = operations.insert(Continuation(then)) else { return false }
        let handle = handle
        Task {
            let value = await operation()
            handle.answer { loop in loop.finish(slot, with: value) }
        }
        return true
    }

    private func finish<T>(_ slot: SlotID, with value: T) {
        guard let continuation = operations.remove(slot) as? Continuation<T> else { return }
        continuation.body(value)
    }
}

/// What is left to do when an operation of `perform` has ended.
private protocol PendingOperation: AnyObject {}

private final class Continuation<T>: PendingOperation {
    let body: (T) -> Void

    init(_ body: @escaping (T) -> Void) {
        self.body = body
    }
}

// MARK: - Turns

extension EventLoop {
    /// Turns until `stop`, then closes.
    package func run() {
        while !isStopping {
            runOnce(timeout: nil)
        }
        close()
    }

    /// Ends `run` after the current turn.
    package func stop() {
        isStopping = true
    }

    /// One turn.
    ///
    /// Waits for at most `timeout`; nil waits as long as nothing happens.
    package func runOnce(timeout: Duration? = nil) {
        let count = poller.wait(timeoutMilliseconds: waitMilliseconds(atMost: timeout))
        now = clock()
        var isWoken = false
        for index in 0..<count {
            let (data, readiness) = poller.event(index)
            if data == EventLoop.wakeUpData {
                isWoken = true
            } else {
                deliver(readiness, to: SlotID(packed: data))
            }
        }
        deliverBroken()
        fireTimers()
        if isWoken {
            runBatch()
        }
        endTurn()
    }

    /// Runs what other threads had sent, refuses what they send from now on, and lets go of every handler.
    ///
    /// Handlers are not told; descriptors stay open and belong to whoever opened them.
    package func close() {
        handle.close()
        runBatch()
        endTurn()
        isStopping = true
        _ = watched.removeAll()
        _ = operations.removeAll()
        timers.removeAll()
        turnHandlers = []
        broken = []
    }

    private func fireTimers() {
        let order = timers.nextOrder
        while let timer = timers.popDue(at: now, before: order) {
            timer.handler.timerFired(tag: timer.tag)
        }
    }

    private func runBatch() {
        var work = batch
        batch = []
        if handle.take(into: &work) {
            isStopping = true
        }
        for entry in work where !handle.runJob(entry) {
            if case .body(let body) = entry {
                body(self)
            }
        }
        work.removeAll(keepingCapacity: true)
        batch = work
    }

    private func endTurn() {
        guard !turnHandlers.isEmpty else { return }
        swap(&turnHandlers, &endingTurn)
        for handler in endingTurn {
            handler.endOfTurn()
        }
        endingTurn.removeAll(keepingCapacity: true)
    }

    /// How long the poller may sleep: until the next timer, and not at all while something is left to do.
    ///
    /// Rounded up, so that a timer never finds itself early by less than a millisecond and turns the loop in circles.
    private func waitMilliseconds(atMost timeout: Duration?) -> CInt {
        if isStopping || !turnHandlers.isEmpty || !broken.isEmpty {
            return 0
        }
        var wait = timeout.map { max($0.saturatedNanoseconds, 0) }
        if let deadline = timers.nextDeadline() {
            let remaining = max((deadline - clock()).saturatedNanoseconds, 0)
            wait = min(wait ?? .max, remaining)
        }
        guard let wait else { return -1 }
        let milliseconds = wait / 1_000_000 + (wait % 1_000_000 == 0 ? 0 : 1)
        return CInt(clamping: milliseconds)
    }
}
