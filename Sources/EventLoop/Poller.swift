// The poller: one epoll instance and the array its events land in, allocated once.

import CLinux

/// An epoll instance.
///
/// Belongs to one loop; not `Sendable`.
@safe
final class Poller {
    /// Most events per wait; more come with the next one.
    static let batch = Int(lw_epoll_batch)

    private let descriptor: CInt
    private let calls: any SystemCalls
    private let data: UnsafeMutablePointer<UInt64>
    private let events: UnsafeMutablePointer<UInt32>

    init(calls: any SystemCalls) throws(SystemError) {
        descriptor = CInt(truncatingIfNeeded: try calls.openPoller().get())
        self.calls = calls
        unsafe data = .allocate(capacity: Poller.batch)
        unsafe data.initialize(repeating: 0, count: Poller.batch)
        unsafe events = .allocate(capacity: Poller.batch)
        unsafe events.initialize(repeating: 0, count: Poller.batch)
    }

    deinit {
        calls.close(descriptor)
        unsafe data.deallocate()
        unsafe events.deallocate()
    }

    /// Waits for events; an error, a signal among them, counts as none.
    func wait(timeoutMilliseconds: CInt) -> Int {
        let result = unsafe calls.waitPoller(
            descriptor,
            data: data,
            events: events,
            capacity: Poller.batch,
            timeoutMilliseconds: timeoutMilliseconds
        )
        switch result {
        case .done(let count): return min(count, Poller.batch)
        case .failed: return 0
        }
    }

    /// Event `index` of the last wait.
    func event(_ index: Int) -> (data: UInt64, readiness: Readiness) {
        precondition(index >= 0 && index < Poller.batch, "An event beyond the batch.")
        return unsafe (data[index], Readiness(pollerEvents: events[index]))
    }

    func add(_ watched: CInt, _ interest: Interest, data: UInt64) throws(SystemError) {
        _ = try calls.changePoller(descriptor, .add, watched, events: interest.pollerEvents, data: data).get()
    }

    func modify(_ watched: CInt, _ interest: Interest, data: UInt64) throws(SystemError) {
        _ = try calls.changePoller(descriptor, .modify, watched, events: interest.pollerEvents, data: data).get()
    }

    /// Fails only when the descriptor is closed already, and then the kernel has removed it itself.
    func remove(_ watched: CInt) {
        _ = calls.changePoller(descriptor, .delete, watched, events: 0, data: 0)
    }
}

@available(*, unavailable)
extension Poller: Sendable {}
