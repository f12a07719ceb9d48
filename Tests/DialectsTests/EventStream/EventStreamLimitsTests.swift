import Dialects
import Testing

@Suite struct EventStreamLimitsTests {
    @Test("protocol/http §8: lines of 1 MiB are legal; E9: lines of 10 MiB are not")
    func allowsLargeLinesButNotAnyLine() {
        let limits = EventStreamLimits()
        #expect(limits.lineBytes > 1 << 20)
        #expect(limits.lineBytes < 10 << 20)
        #expect(limits.eventBytes >= limits.lineBytes)
    }

    @Test func namesEachViolation() {
        #expect(EventStreamViolation.lineTooLong.code != EventStreamViolation.eventTooLong.code)
    }
}
