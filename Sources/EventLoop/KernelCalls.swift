// The real system calls. Interrupted calls are made again where that is right: not `close`, whose descriptor is gone
// by then, not `connect`, which goes on by itself, and not the poller's wait, which the loop simply enters again.

import CLinux
package import Glibc

/// `SystemCalls` of the kernel this runs on.
package final class KernelCalls: SystemCalls {
    private let room: DescriptorRoom

    /// - Parameter room: what descriptors are taken from. It is shared by all loops that are to keep within it together.
    package init(room: DescriptorRoom = DescriptorRoom()) {
        self.room = room
    }

    package func receive(_ descriptor: CInt, _ buffer: UnsafeMutableRawBufferPointer) -> CallResult {
        repeated { unsafe lw_receive(descriptor, buffer.baseAddress, buffer.count) }
    }

    package func send(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> CallResult {
        repeated { unsafe lw_send(descriptor, bytes.baseAddress, bytes.count) }
    }

    package func sendGathered(_ descriptor: CInt, _ parts: UnsafeBufferPointer<iovec>) -> CallResult {
        let count = CInt(clamping: parts.count)
        return repeated { unsafe lw_send_gathered(descriptor, parts.baseAddress, count) }
    }

    package func sendRoom(_ descriptor: CInt) -> CallResult {
        CallResult(lw_send_room(descriptor))
    }

    package func openSocket(for address: SocketAddress) -> CallResult {
        self.opening { CallResult(lw_socket_stream(address.family == .v6 ? 6 : 4)) }
    }

    package func bind(_ descriptor: CInt, _ address: SocketAddress) -> CallResult {
        CallResult(lw_bind(descriptor, address.kernelForm))
    }

    package func listen(_ descriptor: CInt, backlog: Int) -> CallResult {
        CallResult(lw_listen(descriptor, CInt(clamping: backlog)))
    }

    package func accept(_ descriptor: CInt) -> AcceptResult {
        // Asked before: a connection for which there is no room waits in the kernel.
        guard self.room.take() else { return .failed(.tooManyOpenInProcess) }
        while true {
            let accepted = lw_accept(descriptor)
            if accepted.result >= 0 {
                return .accepted(accepted.result, SocketAddress(kernelForm: accepted.address) ?? .unspecified)
            }
            if accepted.result != -EINTR {
                self.room.giveBack()
                return .failed(SystemError(0 &- accepted.result))
            }
        }
    }

    package func connect(_ descriptor: CInt, _ address: SocketAddress) -> CallResult {
        CallResult(lw_connect(descriptor, address.kernelForm))
    }

    package func shutdown(_ descriptor: CInt, _ direction: ShutdownDirection) -> CallResult {
        switch direction {
        case .receiving: return CallResult(lw_shutdown(descriptor, 0))
        case .sending: return CallResult(lw_shutdown(descriptor, 1))
        case .both: return CallResult(lw_shutdown(descriptor, 2))
        }
    }

    @discardableResult
    package func close(_ descriptor: CInt) -> CallResult {
        self.room.giveBack()
        return CallResult(lw_close(descriptor))
    }

    @discardableResult
    package func setOption(_ descriptor: CInt, _ option: SocketOption) -> CallResult {
        let (name, value) = option.kernelForm
        return CallResult(lw_set_option(descriptor, name, value))
    }

    package func pendingError(_ descriptor: CInt) -> SystemError? {
        let code = lw_pending_error(descriptor)
        return code == 0 ? nil : SystemError(abs(code))
    }

    package func localAddress(_ descriptor: CInt) -> SocketAddress? {
        let named = lw_local_address(descriptor)
        return named.result < 0 ? nil : SocketAddress(kernelForm: named.address)
    }

    package func peerAddress(_ descriptor: CInt) -> SocketAddress? {
        let named = lw_peer_address(descriptor)
        return named.result < 0 ? nil : SocketAddress(kernelForm: named.address)
    }

    package func openPoller() -> CallResult {
        self.opening { CallResult(lw_epoll_create()) }
    }

    package func changePoller(
        _ poller: CInt,
        _ change: PollerChange,
        _ descriptor: CInt,
        events: UInt32,
        data: UInt64
    ) -> CallResult {
        let operation: Int
        switch change {
        case .add: operation = lw_epoll_add
        case .modify: operation = lw_epoll_modify
        case .delete: operation = lw_epoll_delete
        }
        return CallResult(lw_epoll_control(poller, CInt(operation), descriptor, events, data))
    }

    package func waitPoller(
        _ poller: CInt,
        data: UnsafeMutablePointer<UInt64>,
        events: UnsafeMutablePointer<UInt32>,
        capacity: Int,
        timeoutMilliseconds: CInt
    ) -> CallResult {
        unsafe CallResult(lw_epoll_wait(poller, data, events, CInt(clamping: capacity), timeoutMilliseconds))
    }

    /// Takes a descriptor from the room for a call that makes one.
    private func opening(_ call: () -> CallResult) -> CallResult {
        guard self.room.take() else { return .failed(.tooManyOpenInProcess) }
        let result = call()
        if case .failed = result { self.room.giveBack() }
        return result
    }

    private func repeated(_ call: () -> Int) -> CallResult {
        while true {
            let result = call()
            if result != Int(-EINTR) {
                return CallResult(result)
            }
        }
    }
}

extension SocketOption {
    /// The number CLinux knows the option by, and its value.
    fileprivate var kernelForm: (CInt, CInt) {
        switch self {
        case .noDelay(let on): return (CInt(lw_option_no_delay), on ? 1 : 0)
        case .reuseAddress(let on): return (CInt(lw_option_reuse_address), on ? 1 : 0)
        case .reusePort(let on): return (CInt(lw_option_reuse_port), on ? 1 : 0)
        case .v6Only(let on): return (CInt(lw_option_v6_only), on ? 1 : 0)
        case .sendBuffer(let bytes): return (CInt(lw_option_send_buffer), CInt(clamping: bytes))
        case .receiveBuffer(let bytes): return (CInt(lw_option_receive_buffer), CInt(clamping: bytes))
        case .keepAlive(let on): return (CInt(lw_option_keep_alive), on ? 1 : 0)
        case .userTimeoutMilliseconds(let time): return (CInt(lw_option_user_timeout), CInt(clamping: time))
        case .lingerSeconds(let time): return (CInt(lw_option_linger_seconds), CInt(clamping: time))
        }
    }
}
