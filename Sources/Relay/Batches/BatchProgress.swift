// What the engine holds of one batch: some lines that come next, those that were put off, those under way.

import EventLoop
import SessionCore

/// One batch at work.
struct BatchProgress {
    private struct Postponed {
        let line: BatchLine
        let until: MonotonicTime
    }

    private var ready: [BatchLine] = []
    private var postponed: [Postponed] = []
    private var running: [Int: BatchLine] = [:]
    private var refusals: [Int: Int] = [:]
    /// The highest number that was ever taken from the store.
    private(set) var last = 0
    private var isExhausted = false

    /// Whether more lines should be fetched.
    var wantsLines: Bool { self.ready.isEmpty && !self.isExhausted }
    var isIdle: Bool { self.running.isEmpty }

    mutating func add(_ lines: [BatchLine], limit: Int) {
        self.ready += lines
        self.last = lines.last?.id.number ?? self.last
        self.isExhausted = lines.count < limit
    }

    /// The next line to run, which is then under way.
    mutating func next(now: MonotonicTime) -> BatchLine? {
        let line: BatchLine
        if let index = self.postponed.firstIndex(where: { $0.until <= now }) {
            line = self.postponed.remove(at: index).line
        } else if !self.ready.isEmpty {
            line = self.ready.removeFirst()
        } else {
            return nil
        }
        self.running[line.id.number] = line
        return line
    }

    /// Puts a line back that could not begin.
    mutating func putBack(_ line: BatchLine) {
        self.running[line.id.number] = nil
        self.ready.insert(line, at: 0)
    }

    mutating func forget(_ id: BatchLineID) {
        self.running[id.number] = nil
        self.refusals[id.number] = nil
    }

    /// Puts a line off; its outcome when it was refused too often by others than ourselves.
    mutating func postpone(
        _ id: BatchLineID,
        _ seconds: Int?,
        hasAsked: Bool,
        _ settings: BatchSettings
    ) -> BatchOutcome? {
        guard let line = self.running.removeValue(forKey: id.number) else { return nil }
        let count = self.refusals[id.number, default: 0] + 1
        self.refusals[id.number] = count
        if hasAsked, count >= settings.refusals { return Self.failure(.tooOften, line) }
        let doubled = settings.firstPause * (1 << min(count - 1, 8))
        let pause = min(seconds.map { max(.seconds($0), settings.firstPause) } ?? doubled, settings.longestPause)
        self.postponed.append(Postponed(line: line, until: MonotonicTime.now() + pause))
        return nil
    }

    /// What is said of a line that was not run.
    static func failure(_ failure: BatchFailure, _ line: BatchLine) -> BatchOutcome {
        BatchOutcome(
            id: line.id,
            isSuccess: false,
            output: BatchRendering.line(line, code: failure.code, message: failure.message)
        )
    }
}
