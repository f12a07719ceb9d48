// Where log lines go: a bounded queue, and behind it a thread of its own that writes to a descriptor.
//
// Whoever logs never waits for whoever reads: a line that finds the queue full is dropped and counted, and the count is
// told in a line of its own as soon as there is room. A closed pipe or a full disk loses lines, never the process
// (`robustness.md` H3).

import CLinux
import Dispatch
import Glibc
import Synchronization

/// Takes lines and writes them in their order.
package final class LogSink: Sendable {
    /// Bytes that may wait.
    package static let queueLimit = 1 << 20

    private struct State {
        var waiting: [UInt8] = []
        var isWriting = false
        var dropped = 0
        var untold = 0
    }

    private let descriptor: CInt
    private let limit: Int
    private let state = Mutex(State())
    /// Serial: one thread writes at a time.
    private let writer = DispatchQueue(label: "longwire.log")

    /// The descriptor stays open as long as the sink lives and belongs to whoever opened it.
    package init(descriptor: CInt, limit: Int = LogSink.queueLimit) {
        // Writing to a pipe that nobody reads must fail, not end the process.
        lw_ignore_sigpipe()
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Lines that were lost, to a full queue or to a descriptor that takes nothing.
    package var dropped: Int { self.state.withLock { $0.dropped } }

    /// Queues a line, which ends with a line feed; `tell` makes the line that says how many were lost before it.
    func write(_ line: [UInt8], tell: (Int) -> [UInt8]) {
        let mustStart = self.state.withLock { state in
            guard state.waiting.count + line.count <= self.limit else {
                state.dropped += 1
                state.untold += 1
                return false
            }
            if state.untold > 0 {
                state.waiting += tell(state.untold)
                state.untold = 0
            }
            state.waiting += line
            defer { state.isWriting = true }
            return !state.isWriting
        }
        if mustStart {
            self.writer.async { self.drain() }
        }
    }

    /// Waits until everything that was queued before is written, at most for some milliseconds.
    package func flush(milliseconds: Int) {
        let done = DispatchSemaphore(value: 0)
        self.writer.async { done.signal() }
        _ = done.wait(timeout: .now() + .milliseconds(milliseconds))
    }

    private func drain() {
        while true {
            let bytes = self.state.withLock { state in
                defer { state.waiting = [] }
                if state.waiting.isEmpty { state.isWriting = false }
                return state.waiting
            }
            guard !bytes.isEmpty else { return }
            let written = self.writeAll(bytes)
            guard written < bytes.count else { continue }
            let lost = bytes[written...].count { $0 == UInt8(ascii: "\n") }
            self.state.withLock { state in
                state.dropped += lost
                state.untold += lost
            }
        }
    }

    /// How many bytes were taken.
    private func writeAll(_ bytes: [UInt8]) -> Int {
        var done = 0
        while done < bytes.count {
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(self.descriptor, buffer.baseAddress.map { unsafe $0 + done }, buffer.count - done)
            }
            if count > 0 {
                done += count
            } else if count < 0, errno == EINTR {
                continue
            } else if count < 0, errno == EAGAIN, self.waitForRoom() {
                continue
            } else {
                break
            }
        }
        return done
    }

    /// A descriptor that somebody else made non-blocking; false when there is no room for a second.
    private func waitForRoom() -> Bool {
        var entry = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
        return unsafe poll(&entry, 1, 1_000) > 0
    }
}
