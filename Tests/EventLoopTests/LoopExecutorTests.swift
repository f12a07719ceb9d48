import EventLoop
import TestSupport
import Testing

@Suite("Loop executor")
struct LoopExecutorTests {
    /// An actor that lives on a loop.
    private actor Resident {
        private let handle: LoopHandle
        private var count = 0

        nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe handle.asUnownedSerialExecutor() }

        init(handle: LoopHandle) {
            self.handle = handle
        }

        func step() async -> (isOnLoop: Bool, count: Int) {
            count += 1
            await Task.yield()
            return (handle.isCurrent, count)
        }

        nonisolated func assertIsolation() -> Bool {
            assumeIsolated { $0.handle.isCurrent }
        }
    }

    @Test("an actor runs on its loop, also after suspending")
    func actors() async throws {
        let group = try EventLoopGroup.start(count: 2)
        defer {
            group.stop()
            group.join()
        }
        for handle in group.loops {
            let resident = Resident(handle: handle)
            for number in 1...20 {
                let (isOnLoop, count) = await resident.step()
                #expect(isOnLoop)
                #expect(count == number)
            }
            #expect(try await handle.submit { _ in resident.assertIsolation() })
        }
    }

    @Test("a task prefers the loop it was given")
    func tasks() async throws {
        let group = try EventLoopGroup.start(count: 1)
        defer {
            group.stop()
            group.join()
        }
        let handle = group.loops[0]
        let executor = LoopTaskExecutor(handle: handle)
        let isOnLoop = await Task(executorPreference: executor) {
            await Task.yield()
            return handle.isCurrent
        }.value
        #expect(isOnLoop)
    }

    @Test("jobs that come after the loop's end still run, one at a time")
    func lateJobs() async throws {
        let group = try EventLoopGroup.start(count: 1)
        let handle = group.loops[0]
        let resident = Resident(handle: handle)
        group.stop()
        group.join()
        let counts = await withTaskGroup(of: Int.self) { tasks in
            for _ in 0..<50 {
                tasks.addTask { await resident.step().count }
            }
            return await tasks.reduce(into: 0) { $0 = max($0, $1) }
        }
        #expect(counts == 50)
        let executor = LoopTaskExecutor(handle: handle)
        #expect(await Task(executorPreference: executor) { 7 }.value == 7)
    }
}
