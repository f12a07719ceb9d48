// Two connected sockets, non-blocking like all of ours, with the few calls a test makes on them directly.

import CLinux
package import EventLoop

/// Two ends of a connection; closes those that are still open when it goes.
package final class SocketPair {
    package private(set) var first: CInt
    package private(set) var second: CInt

    private init(first: CInt, second: CInt) {
        self.first = first
        self.second = second
    }

    deinit {
        closeFirst()
        closeSecond()
    }

    /// A pair of UNIX stream sockets.
    package static func local() throws(SystemError) -> SocketPair {
        var first: CInt = -1
        var second: CInt = -1
        _ = try CallResult(unsafe lw_socket_pair(&first, &second)).get()
        return SocketPair(first: first, second: second)
    }

    /// A TCP connection over 127.0.0.1; `first` is the side that connected.
    package static func tcp() throws(SystemError) -> SocketPair {
        let calls = KernelCalls()
        let listener = CInt(try calls.openSocket(for: .loopback(port: 0)).get())
        defer { calls.close(listener) }
        _ = try calls.bind(listener, .loopback(port: 0)).get()
        _ = try calls.listen(listener, backlog: 1).get()
        let address = calls.localAddress(listener) ?? .unspecified
        let first = CInt(try calls.openSocket(for: address).get())
        // Over the loopback interface the kernel completes the handshake inside the call, whatever it answers.
        _ = calls.connect(first, address)
        switch calls.accept(listener) {
        case .accepted(let second, _):
            return SocketPair(first: first, second: second)
        case .failed(let error):
            calls.close(first)
            throw error
        }
    }

    package func closeFirst() {
        if first >= 0 { _ = lw_close(first) }
        first = -1
    }

    package func closeSecond() {
        if second >= 0 { _ = lw_close(second) }
        second = -1
    }

    /// Makes closing a TCP end reset the connection.
    package static func resetOnClose(_ descriptor: CInt) {
        _ = lw_set_option(descriptor, CInt(lw_option_linger_seconds), 0)
    }

    /// Sends the bytes; how many the kernel took, or a negated errno.
    @discardableResult
    package static func send(_ bytes: [UInt8], on descriptor: CInt) -> Int {
        unsafe bytes.withUnsafeBytes { unsafe lw_send(descriptor, $0.baseAddress, $0.count) }
    }

    /// Everything that can be read now, or nil at the end of the stream with nothing before it.
    package static func receive(on descriptor: CInt, atMost limit: Int = 1 << 20) -> [UInt8]? {
        var received: [UInt8] = []
        while received.count < limit {
            let room = min(64 * 1024, limit - received.count)
            var result = 0
            let piece = unsafe [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
                result = unsafe lw_receive(descriptor, buffer.baseAddress, room)
                count = max(result, 0)
            }
            received += piece
            if result < 0 { return received }
            if result == 0 { return received.isEmpty ? nil : received }
        }
        return received
    }
}
