import EventLoop
import TestSupport
import Testing

@Suite("Event loop: descriptors")
struct EventLoopDescriptorTests {
    private let harness: LoopHarness
    private let loop: EventLoop
    private let pair: SocketPair
    private let handler = Recorder()

    init() throws {
        harness = try LoopHarness()
        loop = harness.loop
        pair = try SocketPair.local()
    }

    @Test("tells level-triggered readiness for what is watched")
    func readiness() throws {
        let registration = try loop.add(pair.first, .read, handler)
        harness.turn()
        #expect(handler.readiness == [])
        SocketPair.send([1], on: pair.second)
        harness.turn(2)
        #expect(handler.readiness == [.readable, .readable])
        loop.update(registration, [.read, .write])
        harness.turn()
        #expect(handler.readiness.last == [.readable, .writable])
        loop.update(registration, [])
        harness.turn(2)
        #expect(handler.readiness.count == 3)
        loop.update(registration, .write)
        harness.turn()
        #expect(handler.readiness.last == .writable)
    }

    @Test("tells news once, and once more when the interest changes or more comes")
    func news() throws {
        let registration = try loop.add(pair.first, [.read, .news], handler)
        SocketPair.send([1], on: pair.second)
        harness.turn(3)
        #expect(handler.readiness == [.readable])
        SocketPair.send([2], on: pair.second)
        harness.turn(3)
        #expect(handler.readiness == [.readable, .readable])
        loop.update(registration, [])
        loop.update(registration, [.read, .news])
        harness.turn(3)
        #expect(handler.readiness == [.readable, .readable, .readable])
    }

    @Test("tells the end of the peer's stream as something to read")
    func peerFinished() throws {
        _ = try loop.add(pair.first, .read, handler)
        _ = harness.calls.shutdown(pair.second, .sending)
        harness.turn()
        #expect(handler.readiness == [[.readable, .peerFinished]])
    }

    @Test("lets go of a removed handler, and ignores its registration from then on")
    func remove() throws {
        weak var released: Recorder?
        let registration: Registration
        do {
            let recorder = Recorder()
            released = recorder
            registration = try loop.add(pair.first, .write, recorder)
        }
        #expect(released != nil)
        #expect(loop.registrationCount == 1)
        loop.remove(registration)
        #expect(released == nil)
        loop.remove(registration)
        loop.update(registration, .write)
        harness.turn()
        #expect(loop.registrationCount == 0)
    }

    @Test("a handler may remove itself")
    func selfRemoval() throws {
        let registration = try loop.add(pair.first, .write, handler)
        handler.onReady = { [loop] _ in loop.remove(registration) }
        harness.turn(2)
        #expect(handler.readiness == [.writable])
    }

    @Test("an event for a descriptor that was removed in the same turn finds nobody, even when its number lives on")
    func staleEvent() throws {
        // Both are ready in one batch; whoever comes first replaces the other.
        let other = try SocketPair.local()
        let first = Replacer(loop: loop)
        let second = Replacer(loop: loop)
        first.other = try loop.add(other.first, .read, second)
        first.otherPair = other
        second.other = try loop.add(pair.first, .read, first)
        second.otherPair = pair
        SocketPair.send([1], on: pair.second)
        SocketPair.send([1], on: other.second)
        harness.turn()
        #expect(first.calls + second.calls == 1)
        #expect(first.reborn.readiness == [])
        #expect(second.reborn.readiness == [])
        #expect(loop.registrationCount == 2)
    }

    @Test("a hang-up with nothing watched is told once and does not turn the loop in circles")
    func mutedHangUp() throws {
        let tcp = try SocketPair.tcp()
        let registration = try loop.add(tcp.first, [], handler)
        SocketPair.resetOnClose(tcp.second)
        tcp.closeSecond()
        harness.turn(5)
        #expect(handler.readiness == [[.hangUp, .error]])
        #expect(harness.isQuiet())
        loop.update(registration, [])
        harness.turn()
        #expect(handler.readiness.count == 1)
        // Interest again: the descriptor is watched as before.
        loop.update(registration, .read)
        harness.turn(2)
        #expect(handler.readiness.count == 3)
        #expect(handler.readiness.last?.contains(.readable) == true)
        loop.remove(registration)
        harness.turn()
        #expect(handler.readiness.count == 3)
    }

    @Test("a muted handler may be removed")
    func mutedRemoval() throws {
        let tcp = try SocketPair.tcp()
        let registration = try loop.add(tcp.first, [], handler)
        SocketPair.resetOnClose(tcp.second)
        tcp.closeSecond()
        handler.onReady = { [loop] _ in loop.remove(registration) }
        harness.turn(2)
        #expect(handler.readiness.count == 1)
        #expect(loop.registrationCount == 0)
        // The number is free for a new registration.
        _ = try loop.add(tcp.first, .read, handler)
    }

    @Test("an error of the poller reaches the one who adds, or comes as readiness to the one who updates")
    func pollerErrors() throws {
        harness.calls.inject(.fail(.outOfMemory), into: .changePoller)
        #expect(throws: SystemError.outOfMemory) { try loop.add(pair.first, .read, handler) }
        #expect(loop.registrationCount == 0)
        let registration = try loop.add(pair.first, .read, handler)
        harness.calls.inject(.fail(.outOfMemory), into: .changePoller)
        loop.update(registration, .write)
        harness.turn()
        #expect(handler.readiness == [.error])
        #expect(throws: SystemError.self) { try loop.add(-1, .read, handler) }
    }

    @Test(
        "an interrupted or failing wait is a turn without events (F14)",
        arguments: [SystemError.interrupted, .badDescriptor]
    )
    func interruptedWait(error: SystemError) throws {
        _ = try loop.add(pair.first, .write, handler)
        harness.calls.inject(.fail(error), into: .waitPoller)
        harness.turn()
        #expect(handler.readiness == [])
        harness.turn()
        #expect(handler.readiness == [.writable])
    }

    @Test("more ready descriptors than one batch holds all get their turn")
    func manyDescriptors() throws {
        let pairs = try (0..<400).map { _ in try SocketPair.local() }
        var seen: Set<Int> = []
        for (index, pair) in pairs.enumerated() {
            for (side, descriptor) in [pair.first, pair.second].enumerated() {
                let recorder = Recorder()
                recorder.onReady = { _ in seen.insert(2 * index + side) }
                _ = try loop.add(descriptor, .write, recorder)
            }
        }
        harness.turn(3)
        #expect(seen.count == 800)
    }
}

/// Removes another handler and registers its descriptor anew.
private final class Replacer: ReadinessHandler {
    let loop: EventLoop
    var other: Registration?
    var otherPair: SocketPair?
    var calls = 0
    let reborn = Recorder()

    init(loop: EventLoop) {
        self.loop = loop
    }

    func ready(_ readiness: Readiness) {
        calls += 1
        guard let other, let otherPair else { return }
        loop.remove(other)
        _ = try? loop.add(otherPair.first, .read, reborn)
    }
}

@Suite("Event loop: turns, timers and work elsewhere")
struct EventLoopTurnTests {
    private let harness: LoopHarness
    private let loop: EventLoop
    private let handler = Recorder()

    init() throws {
        harness = try LoopHarness()
        loop = harness.loop
    }

    @Test("reads the clock once per turn")
    func now() throws {
        let pair = try SocketPair.local()
        let start = loop.now
        var times: [MonotonicTime] = []
        handler.onReady = { [clock = harness.clock, loop] _ in
            clock.advance(by: .seconds(1))
            times.append(loop.now)
        }
        _ = try loop.add(pair.first, .write, handler)
        _ = try loop.add(pair.second, .write, handler)
        harness.turn()
        #expect(times == [start, start])
        harness.turn()
        #expect(times.last == start + .seconds(2))
    }

    @Test("fires timers by deadline, not before it")
    func timers() {
        loop.schedule(at: loop.now + .seconds(2), handler, tag: 2)
        loop.schedule(at: loop.now + .seconds(1), handler, tag: 1)
        let cancelled = loop.schedule(at: loop.now + .seconds(1), handler, tag: 9)
        loop.cancel(cancelled)
        #expect(loop.timerCount == 2)
        harness.advance(by: .milliseconds(999))
        #expect(handler.fired == [])
        harness.advance(by: .milliseconds(1))
        #expect(handler.fired == [1])
        harness.advance(by: .seconds(1_000))
        #expect(handler.fired == [1, 2])
        #expect(loop.timerCount == 0)
    }

    @Test("a timer that sets itself for now fires once per turn")
    func immediateTimer() {
        handler.onTimer = { [unowned loop, unowned handler] _ in loop.schedule(at: loop.now, handler) }
        loop.schedule(at: loop.now, handler)
        harness.turn(3)
        #expect(handler.fired.count == 3)
    }

    @Test("a timer may cancel another that is due in the same turn")
    func cancelDue() {
        let deadline = loop.now + .seconds(1)
        var victim: TimerID?
        handler.onTimer = { [loop] _ in victim.map(loop.cancel) }
        loop.schedule(at: deadline, handler, tag: 1)
        victim = loop.schedule(at: deadline, handler, tag: 2)
        harness.advance(by: .seconds(1))
        #expect(handler.fired == [1])
    }

    @Test("sleeps until the next timer, on the real clock")
    func sleeping() throws {
        let real = try EventLoop(index: 1)
        defer { real.close() }
        let deadline = real.now + .milliseconds(5)
        real.schedule(at: deadline, handler)
        handler.onTimer = { _ in real.stop() }
        real.run()
        #expect(handler.fired == [0])
        #expect(real.now >= deadline)
    }

    @Test("the end of a turn comes once, after events, timers and work")
    func endOfTurn() throws {
        let pair = try SocketPair.local()
        var order: [String] = []
        let last = Recorder()
        last.onTurn = { order.append("end") }
        handler.onReady = { [loop] _ in
            order.append("ready")
            loop.atEndOfTurn(last)
        }
        handler.onTimer = { _ in order.append("timer") }
        let registration = try loop.add(pair.first, .write, handler)
        loop.schedule(at: loop.now, handler)
        harness.turn()
        #expect(order == ["ready", "timer", "end"])
        loop.remove(registration)
        harness.turn()
        #expect(last.turns == 1)
    }

    @Test("what is added at the end of a turn comes at the end of the next, without waiting")
    func endOfTurnAgain() {
        handler.onTurn = { [unowned loop, unowned handler] in
            if handler.turns < 3 { loop.atEndOfTurn(handler) }
        }
        loop.atEndOfTurn(handler)
        harness.turn()
        #expect(handler.turns == 1)
        // Without a timeout: this returns only because there is something to do.
        loop.runOnce(timeout: nil)
        loop.runOnce(timeout: nil)
        #expect(handler.turns == 3)
    }

    @Test("an operation runs elsewhere and its continuation here")
    func perform() async throws {
        // Loops of their own threads: operations need the cooperative pool, which this test must not block.
        let group = try EventLoopGroup.start(count: 1)
        let handle = group.loops[0]
        let (answers, answer) = AsyncStream<(Int, Bool, Bool)>.makeStream()
        let accepted = try await handle.submit { loop in
            (0..<100).allSatisfy { number in
                loop.perform(
                    { (number * 2, handle.isCurrent) },
                    then: { value, wasOnLoop in answer.yield((value, wasOnLoop, handle.isCurrent)) }
                )
            }
        }
        #expect(accepted)
        var values: [Int] = []
        for await (value, wasOnLoop, isOnLoop) in answers.prefix(100) {
            #expect(!wasOnLoop)
            #expect(isOnLoop)
            values.append(value)
        }
        #expect(values.sorted() == (0..<100).map { $0 * 2 })
        group.stop()
        group.join()
    }

    @Test("an operation that outlives the loop is dropped")
    func performAfterClose() async throws {
        let (stream, gate) = AsyncStream<Void>.makeStream()
        let (results, done) = AsyncStream<Int>.makeStream()
        do {
            let harness = try LoopHarness()
            harness.loop.perform(
                {
                    for await _ in stream {}
                    done.yield(1)
                    done.finish()
                },
                then: { Issue.record("continued on a closed loop") }
            )
            harness.loop.close()
        }
        gate.finish()
        for await result in results {
            #expect(result == 1)
        }
    }

    @Test("closing runs what was accepted, refuses the rest and lets go of handlers")
    func close() throws {
        let pair = try SocketPair.local()
        weak var released: Recorder?
        do {
            let recorder = Recorder()
            released = recorder
            _ = try loop.add(pair.first, .read, recorder)
            loop.schedule(at: loop.now + .seconds(1), recorder)
            loop.atEndOfTurn(recorder)
            recorder.onReady = { [loop] _ in _ = loop.now }
        }
        let ran = SharedCounter()
        #expect(loop.handle.execute { _ in ran.increment() })
        loop.close()
        #expect(ran.value == 1)
        #expect(!loop.handle.execute { _ in ran.increment() })
        loop.close()
        #expect(ran.value == 1)
        #expect(released == nil)
    }

    @Test("stop ends run after the turn it was called in")
    func stop() {
        handler.onTimer = { [loop] _ in loop.stop() }
        loop.schedule(at: loop.now, handler, tag: 1)
        loop.schedule(at: loop.now, handler, tag: 2)
        loop.run()
        #expect(handler.fired == [1, 2])
        #expect(!loop.handle.execute { _ in })
    }

    @Test("a loop without descriptors to be had is refused", arguments: [FaultyCalls.Call.openPoller, .changePoller])
    func initFailure(call: FaultyCalls.Call) {
        let calls = FaultyCalls()
        calls.inject(.fail(.tooManyOpenInProcess), into: call)
        #expect(throws: SystemError.tooManyOpenInProcess) { try EventLoop(index: 0, calls: calls) }
    }
}
