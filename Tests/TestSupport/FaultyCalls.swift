// System calls that go wrong on order: the n-th call of a kind fails, is interrupted, comes up short or sees the end
// of the stream. All others reach the kernel. Also keeps account of descriptors, so that a test can see a leak.

package import EventLoop
package import Glibc

/// `SystemCalls` with faults.
package final class FaultyCalls: SystemCalls {
    package enum Call: Hashable, Sendable, CaseIterable {
        case receive
        case send
        case sendGathered
        case sendRoom
        case openSocket
        case bind
        case listen
        case accept
        case connect
        case shutdown
        case close
        case setOption
        case openPoller
        case changePoller
        case waitPoller
    }

    package enum Fault: Equatable, Sendable {
        /// The call fails with this errno.
        ///
        /// A `close` closes all the same, as on Linux.
        case fail(SystemError)
        /// A receive or a send handles at most so many bytes.
        case short(Int)
        /// A receive sees the end of the stream.
        case endOfStream
        /// The call says that it succeeded without reaching the kernel.
        case succeed

        package static let interrupted = Fault.fail(.interrupted)
        package static let wouldBlock = Fault.fail(.wouldBlock)
    }

    private struct Order {
        let fault: Fault
        let calls: ClosedRange<Int>
    }

    private struct Watched {
        let poller: CInt
        let events: UInt32
        let data: UInt64
    }

    /// The order for the n-th call of whatever kind.
    private struct Strike {
        var callsLeft: Int
        let fault: (Call) -> Fault?
    }

    private let base: any SystemCalls
    private var watched: [CInt: Watched] = [:]
    private var orders: [Call: [Order]] = [:]
    private var counts: [Call: Int] = [:]
    private var strike: Strike?
    /// Which call `strike(at:with:)` met; nil until it does.
    package private(set) var struck: Call?
    /// Sockets that were opened or accepted through this and not closed again.
    package private(set) var openDescriptors: Set<CInt> = []
    /// Waits of the poller that brought nothing; a loop that turns in circles has none.
    package private(set) var idleWaits = 0
    /// What `localAddress` answers instead of the truth.
    package var localAddressOverride: SocketAddress?

    package init(base: any SystemCalls = KernelCalls()) {
        self.base = base
    }

    /// Lets the n-th call from now on (1 is the next), and `times - 1` calls after it, go wrong.
    package func inject(_ fault: Fault, into call: Call, at nth: Int = 1, times: Int = 1) {
        let first = count(of: call) + nth
        let (sum, overflow) = first.addingReportingOverflow(times - 1)
        orders[call, default: []].append(Order(fault: fault, calls: first...(overflow ? .max : sum)))
    }

    /// Lets the n-th call from now on go wrong, whatever its kind, in the way that `fault` says for the kind.
    ///
    /// Waits of the poller do not count: how many there are is chance.
    package func strike(at nth: Int, with fault: @escaping (Call) -> Fault?) {
        strike = Strike(callsLeft: nth, fault: fault)
        struck = nil
    }

    /// Lets all calls of the kind work again.
    package func heal(_ call: Call) {
        orders[call] = nil
    }

    /// How often the call was made.
    package func count(of call: Call) -> Int {
        counts[call] ?? 0
    }

    private func fault(_ call: Call) -> Fault? {
        let number = count(of: call) + 1
        counts[call] = number
        if call != .waitPoller, let strike = strike {
            self.strike?.callsLeft -= 1
            if strike.callsLeft == 1 {
                self.strike = nil
                struck = call
                return strike.fault(call)
            }
        }
        return orders[call]?.first { $0.calls.contains(number) }?.fault
    }

    private func perform(_ call: Call, _ body: () -> CallResult) -> CallResult {
        switch fault(call) {
        case .fail(let error): return .failed(error)
        case .succeed: return .done(0)
        case .short, .endOfStream, nil: return body()
        }
    }

    package func receive(_ descriptor: CInt, _ buffer: UnsafeMutableRawBufferPointer) -> CallResult {
        let fault = fault(.receive)
        defer { if fault != nil { tellAgain(descriptor) } }
        switch fault {
        case .fail(let error): return .failed(error)
        case .endOfStream, .succeed: return .done(0)
        case .short(let most):
            return unsafe base.receive(descriptor, UnsafeMutableRawBufferPointer(rebasing: buffer.prefix(most)))
        case nil: return unsafe base.receive(descriptor, buffer)
        }
    }

    package func send(_ descriptor: CInt, _ bytes: UnsafeRawBufferPointer) -> CallResult {
        switch fault(.send) {
        case .fail(let error): return .failed(error)
        case .short(let most):
            return unsafe base.send(descriptor, UnsafeRawBufferPointer(rebasing: bytes.prefix(most)))
        case .succeed: return .done(bytes.count)
        case .endOfStream, nil: return unsafe base.send(descriptor, bytes)
        }
    }

    package func sendGathered(_ descriptor: CInt, _ parts: UnsafeBufferPointer<iovec>) -> CallResult {
        switch fault(.sendGathered) {
        case .fail(let error): return .failed(error)
        case .short(let most):
            guard let first = unsafe parts.first, let start = unsafe first.iov_base else { return .done(0) }
            let count = unsafe min(most, first.iov_len)
            return unsafe base.send(descriptor, UnsafeRawBufferPointer(start: start, count: count))
        case .succeed: return unsafe .done(parts.reduce(0) { unsafe $0 + $1.iov_len })
        case .endOfStream, nil: return unsafe base.sendGathered(descriptor, parts)
        }
    }

    package func sendRoom(_ descriptor: CInt) -> CallResult {
        perform(.sendRoom) { base.sendRoom(descriptor) }
    }

    package func openSocket(for address: SocketAddress) -> CallResult {
        let result = perform(.openSocket) { base.openSocket(for: address) }
        if case .done(let descriptor) = result {
            openDescriptors.insert(CInt(truncatingIfNeeded: descriptor))
        }
        return result
    }

    package func bind(_ descriptor: CInt, _ address: SocketAddress) -> CallResult {
        perform(.bind) { base.bind(descriptor, address) }
    }

    package func listen(_ descriptor: CInt, backlog: Int) -> CallResult {
        perform(.listen) { base.listen(descriptor, backlog: backlog) }
    }

    package func accept(_ descriptor: CInt) -> AcceptResult {
        if case .fail(let error) = fault(.accept) {
            return .failed(error)
        }
        let result = base.accept(descriptor)
        if case .accepted(let connection, _) = result {
            openDescriptors.insert(connection)
        }
        return result
    }

    package func connect(_ descriptor: CInt, _ address: SocketAddress) -> CallResult {
        perform(.connect) { base.connect(descriptor, address) }
    }

    package func shutdown(_ descriptor: CInt, _ direction: ShutdownDirection) -> CallResult {
        perform(.shutdown) { base.shutdown(descriptor, direction) }
    }

    @discardableResult
    package func close(_ descriptor: CInt) -> CallResult {
        openDescriptors.remove(descriptor)
        let result = base.close(descriptor)
        return perform(.close) { result }
    }

    @discardableResult
    package func setOption(_ descriptor: CInt, _ option: SocketOption) -> CallResult {
        perform(.setOption) { base.setOption(descriptor, option) }
    }

    package func pendingError(_ descriptor: CInt) -> SystemError? {
        base.pendingError(descriptor)
    }

    package func localAddress(_ descriptor: CInt) -> SocketAddress? {
        localAddressOverride ?? base.localAddress(descriptor)
    }

    package func peerAddress(_ descriptor: CInt) -> SocketAddress? {
        base.peerAddress(descriptor)
    }

    package func openPoller() -> CallResult {
        perform(.openPoller) { base.openPoller() }
    }

    package func changePoller(
        _ poller: CInt,
        _ change: PollerChange,
        _ descriptor: CInt,
        events: UInt32,
        data: UInt64
    ) -> CallResult {
        let result = perform(.changePoller) {
            base.changePoller(poller, change, descriptor, events: events, data: data)
        }
        switch change {
        case .add, .modify: watched[descriptor] = Watched(poller: poller, events: events, data: data)
        case .delete: watched[descriptor] = nil
        }
        return result
    }

    /// What a faulty receive has left is news once more, as if it had only now come.
    private func tellAgain(_ descriptor: CInt) {
        guard let entry = watched[descriptor] else { return }
        _ = base.changePoller(entry.poller, .modify, descriptor, events: entry.events, data: entry.data)
    }

    package func waitPoller(
        _ poller: CInt,
        data: UnsafeMutablePointer<UInt64>,
        events: UnsafeMutablePointer<UInt32>,
        capacity: Int,
        timeoutMilliseconds: CInt
    ) -> CallResult {
        if case .fail(let error) = fault(.waitPoller) {
            return .failed(error)
        }
        let result = unsafe base.waitPoller(
            poller,
            data: data,
            events: events,
            capacity: capacity,
            timeoutMilliseconds: timeoutMilliseconds
        )
        if result == .done(0) {
            idleWaits += 1
        }
        return result
    }
}
