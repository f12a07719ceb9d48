// How many clients a loop has, over all its listeners, HTTP connections and sessions alike. While there are as many as
// there may be, no more are accepted and the next ones wait in the kernel's queue (`robustness.md` A22).
//
// Invariant: the listeners are paused exactly while `isShut`.

import EventLoop

/// Holds up a loop's listeners at its limit of client connections.
///
/// Loop-bound.
final class AcceptGate {
    private var limit: Int
    private var listeners: [Listener] = []
    /// Accepted connections that are not closed yet.
    private(set) var count = 0
    private(set) var isShut = false

    init(limit: Int) {
        self.limit = max(limit, 1)
    }

    /// Another limit counts from now on; who is beyond it stays.
    func adopt(limit: Int) {
        self.limit = max(limit, 1)
        if self.isShut { self.openIfThereIsRoom() } else { self.shutIfFull() }
    }

    func add(_ listener: Listener) {
        self.listeners.append(listener)
        if self.isShut { listener.pause() }
    }

    func remove(_ listener: Listener) {
        self.listeners.removeAll { $0 === listener }
    }

    /// A connection was accepted; true when no more are from now on.
    func opened() -> Bool {
        self.count += 1
        return self.shutIfFull()
    }

    @discardableResult
    private func shutIfFull() -> Bool {
        guard !self.isShut, self.count >= self.limit else { return false }
        self.isShut = true
        for listener in self.listeners { listener.pause() }
        return true
    }

    /// An accepted connection is closed.
    func closed() {
        self.count -= 1
        self.openIfThereIsRoom()
    }

    private func openIfThereIsRoom() {
        // Some room first, so that a loop at its limit does not stop and go with every connection.
        guard self.isShut, self.count < self.limit - self.limit / 16 else { return }
        self.isShut = false
        for listener in self.listeners { listener.resume() }
    }
}
