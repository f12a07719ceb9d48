// One batch at work: which line comes next, which is put off for how long, which is given up.

import EventLoop
import SessionCore
import Testing

@testable import Relay

@Suite("Batch progress")
struct BatchProgressTests {
    private static func line(_ number: Int) -> BatchLine {
        BatchLine(id: BatchLineID(batchID: "batch_1", number: number), customID: "c\(number)", body: [])
    }

    private func progress(_ count: Int, limit: Int) -> BatchProgress {
        var progress = BatchProgress()
        progress.add((1...count).map(Self.line), limit: limit)
        return progress
    }

    @Test func takesLinesInOrder() {
        var progress = self.progress(2, limit: 2)
        let now = MonotonicTime.now()
        #expect(!progress.wantsLines && progress.isIdle && progress.last == 2)
        #expect(progress.next(now: now) == Self.line(1))
        #expect(!progress.isIdle)
        #expect(progress.next(now: now) == Self.line(2))
        #expect(progress.next(now: now) == nil)
        #expect(progress.wantsLines)
        progress.add([], limit: 2)
        #expect(!progress.wantsLines)
        progress.forget(Self.line(1).id)
        progress.forget(Self.line(2).id)
        #expect(progress.isIdle)
    }

    @Test func putsBackAndOff() {
        var settings = BatchSettings()
        settings.firstPause = .seconds(2)
        settings.longestPause = .seconds(5)
        var progress = self.progress(1, limit: 2)
        let start = MonotonicTime.now()
        guard let line = progress.next(now: start) else { return }
        progress.putBack(line)
        #expect(progress.isIdle && progress.next(now: start) == line)
        #expect(progress.postpone(line.id, nil, hasAsked: false, settings) == nil)
        #expect(progress.isIdle && progress.next(now: start + .seconds(1)) == nil)
        #expect(progress.next(now: start + .seconds(10)) == line)
        // What somebody asks for counts, within bounds.
        #expect(progress.postpone(line.id, 3_600, hasAsked: true, settings) == nil)
        #expect(progress.next(now: start + .seconds(4)) == nil)
        #expect(progress.next(now: MonotonicTime.now() + .seconds(6)) == line)
        #expect(progress.postpone(Self.line(9).id, nil, hasAsked: true, settings) == nil)
    }

    @Test("our own limits are waited for without end, refusals of providers are not")
    func givesUp() {
        var settings = BatchSettings()
        settings.refusals = 3
        var progress = self.progress(1, limit: 2)
        let later = MonotonicTime.now() + .seconds(100_000)
        var outcome: BatchOutcome?
        for _ in 0..<5 {
            guard let line = progress.next(now: later) else { return }
            outcome = progress.postpone(line.id, nil, hasAsked: false, settings)
            #expect(outcome == nil)
        }
        guard let line = progress.next(now: later) else { return }
        outcome = progress.postpone(line.id, nil, hasAsked: true, settings)
        #expect(outcome?.isSuccess == false)
        let output = String(decoding: outcome?.output ?? [], as: UTF8.self)
        #expect(output.contains(#""custom_id":"c1""#))
    }
}
