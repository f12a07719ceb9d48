import EventLoop
import Glibc
import TestSupport
import Testing

@Suite("Kernel calls")
struct KernelCallsTests {
    private let calls = KernelCalls()

    @Test("folds the kernel's convention into counts and errors")
    func results() {
        #expect(CallResult(0) == .done(0))
        #expect(CallResult(17) == .done(17))
        #expect(CallResult(-Int(EAGAIN)) == .failed(.wouldBlock))
        #expect(CallResult(Int.min) != .done(0))
        #expect(throws: SystemError.brokenPipe) { try CallResult(-EPIPE).get() }
    }

    @Test("receives, would block, and sees the end of the stream")
    func receive() throws {
        let pair = try SocketPair.tcp()
        let block = ScratchBlock(capacity: 64)
        #expect(unsafe calls.receive(pair.second, block.room()) == .failed(.wouldBlock))
        #expect(calls.send(pair.first, [1, 2, 3].span) == .done(3))
        #expect(unsafe calls.receive(pair.second, block.room()) == .done(3))
        #expect(calls.shutdown(pair.first, .sending) == .done(0))
        #expect(unsafe calls.receive(pair.second, block.room()) == .done(0))
    }

    @Test("sends pieces in order as one")
    func gathered() throws {
        let pair = try SocketPair.local()
        var front: [UInt8] = [1, 2]
        var back: [UInt8] = [3, 4, 5]
        let result = unsafe front.withUnsafeMutableBytes { front in
            unsafe back.withUnsafeMutableBytes { back in
                let parts = unsafe [
                    iovec(iov_base: front.baseAddress, iov_len: front.count),
                    iovec(iov_base: back.baseAddress, iov_len: back.count),
                ]
                return unsafe parts.withUnsafeBufferPointer { unsafe calls.sendGathered(pair.first, $0) }
            }
        }
        #expect(result == .done(5))
        #expect(SocketPair.receive(on: pair.second) == [1, 2, 3, 4, 5])
        pair.closeSecond()
        let failed = unsafe calls.sendGathered(pair.first, UnsafeBufferPointer(start: nil, count: 0))
        #expect(failed == .done(0) || failed == .failed(.brokenPipe))
    }

    @Test("a socket has the room that it says, and none once it is full", arguments: [true, false])
    func sendRoom(isTCP: Bool) throws {
        let pair = try isTCP ? SocketPair.tcp() : SocketPair.local()
        let room = try calls.sendRoom(pair.first).get()
        #expect(room > 0)
        // Half, because the kernel's own needs are part of it.
        let bytes = [UInt8](repeating: 7, count: room / 2)
        #expect(calls.send(pair.first, bytes.span) == .done(bytes.count))
        let more = [UInt8](repeating: 7, count: 1 << 20)
        for _ in 0..<100 {
            guard case .done = calls.send(pair.first, more.span) else { break }
        }
        #expect(try calls.sendRoom(pair.first).get() < 4096)
        #expect(calls.sendRoom(-1) == .failed(SystemError(EBADF)))
    }

    @Test("a full socket takes part of what it is given, then nothing")
    func fullSocket() throws {
        let pair = try SocketPair.local()
        let bytes = [UInt8](repeating: 7, count: 1 << 20)
        var sent = 0
        var last = CallResult.done(0)
        for _ in 0..<100 {
            last = calls.send(pair.first, bytes.span)
            guard case .done(let count) = last else { break }
            sent += count
        }
        #expect(last == .failed(.wouldBlock))
        #expect(sent > 0)
        #expect(SocketPair.receive(on: pair.second, atMost: sent)?.count == sent)
    }

    @Test("tells addresses of both ends, and errors for what is no socket")
    func addresses() throws {
        let pair = try SocketPair.tcp()
        #expect(calls.localAddress(pair.first) == calls.peerAddress(pair.second))
        #expect(calls.peerAddress(pair.first) == calls.localAddress(pair.second))
        #expect(calls.localAddress(-1) == nil)
        #expect(calls.peerAddress(-1) == nil)
        #expect(calls.close(-1) == .failed(.badDescriptor))
        #expect(calls.pendingError(-1) == .badDescriptor)
        #expect(calls.pendingError(pair.first) == nil)
    }

    @Test(
        "sets every option",
        arguments: [
            SocketOption.noDelay(true), .reuseAddress(true), .reusePort(true), .sendBuffer(65_536),
            .receiveBuffer(65_536), .keepAlive(true), .userTimeoutMilliseconds(1_000), .lingerSeconds(0),
        ]
    )
    func options(option: SocketOption) throws {
        let pair = try SocketPair.tcp()
        #expect(calls.setOption(pair.first, option) == .done(0))
        #expect(calls.setOption(-1, option) == .failed(.badDescriptor))
    }

    @Test("descriptors do not survive exec and do not block")
    func flags() throws {
        let descriptor = CInt(try calls.openSocket(for: .loopback(port: 0)).get())
        defer { calls.close(descriptor) }
        #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
        #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
    }

    @Test("no more is opened than there is room for (robustness.md A22)")
    func openWithinRoom() throws {
        let room = DescriptorRoom(limit: 2)
        let calls = KernelCalls(room: room)
        let poller = CInt(try calls.openPoller().get())
        let socket = CInt(try calls.openSocket(for: .loopback(port: 0)).get())
        #expect(calls.openSocket(for: .loopback(port: 0)) == .failed(.tooManyOpenInProcess))
        #expect(calls.openPoller() == .failed(.tooManyOpenInProcess))
        calls.close(socket)
        calls.close(poller)
        #expect(room.taken == 0)
    }

    @Test("who connects when there is no room waits in the kernel until there is (robustness.md A22)")
    func acceptWithinRoom() throws {
        let free = KernelCalls()
        let room = DescriptorRoom(limit: 2)
        let bounded = KernelCalls(room: room)
        let listener = CInt(try bounded.openSocket(for: .loopback(port: 0)).get())
        _ = try bounded.bind(listener, .loopback(port: 0)).get()
        _ = try bounded.listen(listener, backlog: 8).get()
        let address = try #require(bounded.localAddress(listener))
        #expect(bounded.accept(listener) == .failed(.wouldBlock))
        #expect(room.taken == 1, "what was not accepted takes no room")
        var clients: [CInt] = []
        for _ in 0..<2 {
            let client = CInt(try free.openSocket(for: address).get())
            clients.append(client)
            _ = free.connect(client, address)
        }
        for _ in clients {
            guard case .accepted(let accepted, _) = bounded.accept(listener) else {
                Issue.record("there is room")
                return
            }
            #expect(bounded.accept(listener) == .failed(.tooManyOpenInProcess))
            bounded.close(accepted)
        }
        #expect(bounded.accept(listener) == .failed(.wouldBlock))
        bounded.close(listener)
        for client in clients { free.close(client) }
        #expect(room.taken == 0)
    }
}
