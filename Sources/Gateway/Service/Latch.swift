// A thing that happens once, awaited from anywhere.

import Synchronization

/// Opens once; everyone who waits goes on then, and who comes later does not wait.
package final class Latch: Sendable {
    private struct State {
        var isOpen = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    package init() {}

    package var isOpen: Bool { self.state.withLock { $0.isOpen } }

    package func open() {
        let waiting = self.state.withLock { state in
            state.isOpen = true
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting {
            continuation.resume()
        }
    }

    /// As `wait`, but opens it when it has not opened in this time.
    package func wait(atMost patience: Duration) async {
        let timer = Task {
            try? await Task.sleep(for: patience)
            self.open()
        }
        await self.wait()
        timer.cancel()
    }

    package func wait() async {
        await withCheckedContinuation { continuation in
            let isOpen = self.state.withLock { state in
                if !state.isOpen {
                    state.waiting.append(continuation)
                }
                return state.isOpen
            }
            if isOpen {
                continuation.resume()
            }
        }
    }
}
