// The texts of proc(5), and what two samples say together.

import BenchCore
import Testing

@Suite struct ProcessSampleTests {
    @Test func ticksStandBehindTheLastParenthesis() throws {
        let tail = " S 1 2 3 0 -1 4194560 1095 0 0 0 417 1023 0 0 20 0 5 0 1234 56 7 18446744073709551615"
        for name in ["(longwire)", "(a b)", "(x) R 9 (y)", "())"] {
            let ticks = try #require(ProcessText.ticks(inStat: "4711 \(name)\(tail)"))
            #expect(ticks.user == 417)
            #expect(ticks.system == 1023)
        }
    }

    @Test(arguments: ["", "4711", "4711 (x)", "4711 (x) S 1 2 3", "4711 (x) S 1 2 3 0 -1 4 1 0 0 0 a b 0"])
    func brokenStatsAreNone(_ text: String) {
        #expect(ProcessText.ticks(inStat: text) == nil)
    }

    @Test func schedstatStartsWithNanoseconds() {
        #expect(ProcessText.nanoseconds(inSchedstat: "123456789 42 7\n") == 123_456_789)
        #expect(ProcessText.nanoseconds(inSchedstat: "") == nil)
        #expect(ProcessText.nanoseconds(inSchedstat: "x 1") == nil)
    }

    @Test func sizesAreFoundByTheirWholeName() {
        let text = "VmPeak:\t  100 kB\nVmHWM:\t   12 kB\nVmRSS:\t    8 kB\nRssAnon: 3 kB\nRss:  5 kB\nThreads:\t1\n"
        #expect(ProcessText.bytes(of: "VmHWM", in: text) == 12_288)
        #expect(ProcessText.bytes(of: "Rss", in: text) == 5_120)
        #expect(ProcessText.bytes(of: "Pss", in: text) == nil)
        #expect(ProcessText.bytes(of: "Threads", in: text) == nil)
        #expect(ProcessText.bytes(of: "A", in: "A: 99999999999999999999 kB") == nil)
        #expect(ProcessText.bytes(of: "A", in: "A: \(UInt64.max) kB") == nil)
    }

    @Test func timeIsTheFinerTotalDividedByTicks() {
        var start = ProcessSample()
        start.userTicks = 10
        start.systemTicks = 20
        start.cpuNanoseconds = 1_000_000
        var end = start
        end.userTicks = 11
        end.systemTicks = 23
        end.cpuNanoseconds = 9_000_000
        let time = CPUTime(from: start, to: end, ticksPerSecond: 100)
        #expect(time.total == 8_000)
        #expect(time.user == 2_000)
        #expect(time.system == 6_000)
        end.cpuNanoseconds = nil
        #expect(CPUTime(from: start, to: end, ticksPerSecond: 100).total == 40_000)
    }

    @Test func timeThatWentBackwardsIsNone() {
        var start = ProcessSample()
        start.userTicks = 10
        start.cpuNanoseconds = 5
        #expect(CPUTime(from: start, to: ProcessSample(), ticksPerSecond: 0).total == 0)
    }

    @Test func processesOfOneRelayAddUp() {
        var one = ProcessSample()
        one.userTicks = 1
        one.systemTicks = 2
        one.cpuNanoseconds = 3
        one.residentBytes = 4
        one.peakResidentBytes = 5
        let sum = one + one
        #expect(sum.userTicks == 2)
        #expect(sum.systemTicks == 4)
        #expect(sum.cpuNanoseconds == 6)
        #expect(sum.residentBytes == 8)
        #expect(sum.peakResidentBytes == 10)
        #expect((one + ProcessSample()).cpuNanoseconds == nil)
    }
}
