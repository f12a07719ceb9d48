// The loops of a process, one thread each.

import CLinux
import Synchronization

/// A fixed number of running loops.
package final class EventLoopGroup: Sendable {
    /// Most loops of one group.
    package static let countLimit = 256

    package let loops: [LoopHandle]
    private let threads: [LoopThread]

    private init(loops: [LoopHandle], threads: [LoopThread]) {
        self.loops = loops
        self.threads = threads
    }

    /// Starts the loops and returns when all of them run.
    ///
    /// Also makes the process ignore SIGPIPE.
    ///
    /// `calls` makes each loop's system calls; `setUp` runs on each loop's thread before its first turn.
    package static func start(
        count: Int,
        name: String = "lw-loop",
        calls: @escaping @Sendable (Int) -> any SystemCalls = { _ in KernelCalls() },
        setUp: @escaping @Sendable (EventLoop) throws -> Void = { _ in }
    ) throws -> EventLoopGroup {
        lw_ignore_sigpipe()
        let start = try GroupStart()
        var threads: [LoopThread] = []
        var failure: (any Error)?
        for index in 0..<min(max(count, 1), countLimit) {
            do {
                let thread = try LoopThread(name: "\(name)-\(index)") {
                    runLoop(index, calls, setUp, start)
                }
                threads.append(thread)
            } catch {
                failure = error
                break
            }
        }
        let (loops, startFailure) = start.wait(for: threads.count)
        let group = EventLoopGroup(loops: loops, threads: threads)
        if let failure = failure ?? startFailure {
            group.stop()
            group.join()
            throw failure
        }
        return group
    }

    /// Asks all loops to end after their current turn.
    package func stop() {
        for loop in loops {
            loop.stop()
        }
    }

    /// Waits until all loops have ended.
    ///
    /// Not to be called on one of them.
    package func join() {
        for thread in threads {
            thread.join()
        }
    }

    private static func runLoop(
        _ index: Int,
        _ calls: @Sendable (Int) -> any SystemCalls,
        _ setUp: @Sendable (EventLoop) throws -> Void,
        _ start: GroupStart
    ) {
        do {
            let loop = try EventLoop(index: index, calls: calls(index))
            do {
                try setUp(loop)
            } catch {
                loop.close()
                throw error
            }
            start.report(.success(loop.handle))
            loop.run()
        } catch {
            start.report(.failure(error))
        }
    }
}

/// Where the threads of a group report that they run, or why not.
private final class GroupStart: Sendable {
    private let reports = Mutex<[Result<LoopHandle, any Error>]>([])
    private let semaphore: Semaphore

    init() throws(SystemError) {
        semaphore = try Semaphore()
    }

    func report(_ result: Result<LoopHandle, any Error>) {
        reports.withLock { $0.append(result) }
        semaphore.signal()
    }

    /// The loops in order of their index, and the first failure.
    func wait(for count: Int) -> ([LoopHandle], (any Error)?) {
        for _ in 0..<count {
            semaphore.wait()
        }
        let results = reports.withLock { $0 }
        var loops: [LoopHandle] = []
        var failure: (any Error)?
        for result in results {
            switch result {
            case .success(let handle): loops.append(handle)
            case .failure(let error): failure = failure ?? error
            }
        }
        return (loops.sorted { $0.index < $1.index }, failure)
    }
}
