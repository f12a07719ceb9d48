import EventLoop
import Glibc
import Synchronization
import TestSupport
import Testing

@Suite("Event loop group")
struct EventLoopGroupTests {
    @Test("runs each loop on a thread of its own, with its name")
    func threads() async throws {
        let group = try EventLoopGroup.start(count: 3, name: "lw-test")
        #expect(group.loops.map(\.index) == [0, 1, 2])
        for handle in group.loops {
            let (index, name) = try await handle.submit { ($0.index, threadName()) }
            #expect(index == handle.index)
            #expect(name == "lw-test-\(handle.index)")
            #expect(!handle.isCurrent)
        }
        group.stop()
        group.join()
        group.join()
        #expect(!group.loops[0].execute { _ in })
    }

    @Test("sets each loop up before its first turn")
    func setUp() throws {
        let order = Mutex<[Int]>([])
        let group = try EventLoopGroup.start(count: 2, setUp: { loop in order.withLock { $0.append(loop.index) } })
        let indices = order.withLock { $0.sorted() }
        #expect(indices == [0, 1])
        group.stop()
        group.join()
    }

    @Test("a loop that cannot start ends all others")
    func failure() {
        struct Refusal: Error {}
        let handles = Mutex<[LoopHandle]>([])
        #expect(throws: Refusal.self) {
            try EventLoopGroup.start(
                count: 3,
                setUp: { loop in
                    if loop.index == 1 { throw Refusal() }
                    handles.withLock { $0.append(loop.handle) }
                }
            )
        }
        let started = handles.withLock { $0 }
        #expect(started.allSatisfy { !$0.execute { _ in } })
    }

    @Test("starts at least one loop")
    func least() throws {
        let group = try EventLoopGroup.start(count: 0)
        #expect(group.loops.count == 1)
        group.stop()
        group.join()
    }

    @Test("writing to a closed peer is an error, not the end of the process (F14)")
    func brokenPipe() throws {
        let group = try EventLoopGroup.start(count: 1)
        defer {
            group.stop()
            group.join()
        }
        let pair = try SocketPair.local()
        pair.closeSecond()
        #expect(KernelCalls().send(pair.first, [1].span) == .failed(.brokenPipe))
        // Even without MSG_NOSIGNAL.
        #expect(unsafe write(pair.first, "x", 1) == -1)
    }
}

private func threadName() -> String {
    guard let file = unsafe fopen("/proc/thread-self/comm", "r") else { return "" }
    defer { unsafe fclose(file) }
    var bytes = [UInt8](repeating: 0, count: 32)
    let count = unsafe fread(&bytes, 1, bytes.count, file)
    return String(decoding: bytes.prefix(max(count - 1, 0)), as: UTF8.self)
}
