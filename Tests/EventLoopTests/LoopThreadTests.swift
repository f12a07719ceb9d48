import EventLoop
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("Loop thread")
struct LoopThreadTests {
    @Test("runs its body once and can be joined")
    func join() throws {
        let count = SharedCounter()
        let thread = try LoopThread(name: "a name longer than fifteen bytes") { count.increment() }
        thread.join()
        thread.join()
        #expect(count.value == 1)
    }

    @Test("takes no asynchronous signals: those are the main thread's")
    func signals() throws {
        let blocked = Mutex<[Int32: Bool]>([:])
        let thread = try LoopThread(name: "signals") {
            var mask = sigset_t()
            _ = unsafe pthread_sigmask(SIG_BLOCK, nil, &mask)
            blocked.withLock { blocked in
                for signal in [SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGSEGV, SIGFPE] {
                    blocked[signal] = unsafe sigismember(&mask, signal) == 1
                }
            }
        }
        thread.join()
        let result = blocked.withLock { $0 }
        #expect(
            result == [
                SIGTERM: true, SIGINT: true, SIGHUP: true, SIGUSR1: true, SIGSEGV: false, SIGFPE: false,
            ]
        )
    }

    @Test("a thread that nobody joins frees itself")
    func detach() throws {
        let count = SharedCounter()
        for _ in 0..<200 {
            _ = try LoopThread(name: "detached") { count.increment() }
        }
        for _ in 0..<1_000_000 where count.value < 200 {
            sched_yield()
        }
        #expect(count.value == 200)
    }
}
