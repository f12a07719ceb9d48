// The seam between the loop and the kernel: every call on a socket or a poller goes through it, so that a test can
// make the n-th call fail, be interrupted, come up short or see the end of the stream.

package import Glibc

/// The outcome of a system call: a count or descriptor, or an errno.
package enum CallResult: Equatable, Sendable {
    case done(Int)
    case failed(SystemError)

    /// Folds the kernel's convention, negated errno below zero.
    package init(_ raw: Int) {
        if raw >= 0 {
            self = .done(raw)
        } else {
            self = .failed(SystemError(CInt(truncatingIfNeeded: 0 &- raw)))
        }
    }

    package init(_ raw: CInt) {
        self.init(Int(raw))
    }

    /// The count, or the errno thrown.
    package func get() throws(SystemError) -> Int {
        switch self {
        case .done(let count): return count
        case .failed(let error): throw error
        }
    }
}

/// A connection as `accept` hands it over.
package enum AcceptResult: Equatable, Sendable {
    case accepted(CInt, SocketAddress)
    case failed(SystemError)
}

/// An option of a socket.
package enum SocketOption: Equatable, Sendable {
    case noDelay(Bool)
    case reuseAddress(Bool)
    case reusePort(Bool)
    case v6Only(Bool)
    case sendBuffer(Int)
    case receiveBuffer(Int)
    case keepAlive(Bool)
    /// How long sent bytes may stay unacknowledged, in milliseconds (TCP_USER_TIMEOUT).
    case userTimeoutMilliseconds(Int)
    /// Zero makes `close` reset the connection.
    case lingerSeconds(Int)
}

/// Which half of a connection `shutdown` ends.
package enum ShutdownDirection: Equatable, Sendable {
    case receiving
    case sending
    case both
}

/// A change to the set that a poller watches.
package enum PollerChange: Equatable, Sendable {
    case add
    case modify
    case delete
}

/// The calls a loop makes.
///
/// Belongs to one loop, like the loop to its thread.
package protocol SystemCalls: AnyObject {
    /// `.done(0)` is the end of the stream.
    func receive(_ descriptor: CInt, _ buffer: UnsafeMutableRawBufferPointer) -> CallResult
    /// Never raises SIGPIPE; may take less than it was given.
    func send(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> CallResult
    /// As `send`, from several pieces.
    func sendGathered(_ descriptor: CInt, _ parts: UnsafeBufferPointer<iovec>) -> CallResult

    /// Bytes that the socket's send buffer has room for, what the kernel needs besides payload included.
    func sendRoom(_ descriptor: CInt) -> CallResult

    /// A non-blocking TCP socket of the family of `address`.
    func openSocket(for address: SocketAddress) -> CallResult
    func bind(_ descriptor: CInt, _ address: SocketAddress) -> CallResult
    func listen(_ descriptor: CInt, backlog: Int) -> CallResult
    func accept(_ descriptor: CInt) -> AcceptResult
    /// `.failed(.inProgress)` is the usual answer; readiness to write says when it is over.
    func connect(_ descriptor: CInt, _ address: SocketAddress) -> CallResult
    func shutdown(_ descriptor: CInt, _ direction: ShutdownDirection) -> CallResult
    /// For descriptors that `openSocket`, `accept` and `openPoller` gave, each once.
    @discardableResult
    func close(_ descriptor: CInt) -> CallResult
    @discardableResult
    func setOption(_ descriptor: CInt, _ option: SocketOption) -> CallResult
    /// The error that waits on the socket, cleared by reading it; nil when there is none.
    func pendingError(_ descriptor: CInt) -> SystemError?
    func localAddress(_ descriptor: CInt) -> SocketAddress?
    func peerAddress(_ descriptor: CInt) -> SocketAddress?

    func openPoller() -> CallResult
    func changePoller(
        _ poller: CInt,
        _ change: PollerChange,
        _ descriptor: CInt,
        events: UInt32,
        data: UInt64
    ) -> CallResult
    /// Writes event `i` as `data[i]` and `events[i]`; both hold at least `capacity`.
    ///
    /// A negative timeout is none.
    func waitPoller(
        _ poller: CInt,
        data: UnsafeMutablePointer<UInt64>,
        events: UnsafeMutablePointer<UInt32>,
        capacity: Int,
        timeoutMilliseconds: CInt
    ) -> CallResult
}

extension SystemCalls {
    /// Sends what a span holds.
    package func send(_ descriptor: CInt, _ bytes: Span<UInt8>) -> CallResult {
        unsafe bytes.withUnsafeBytes { unsafe send(descriptor, $0) }
    }
}
