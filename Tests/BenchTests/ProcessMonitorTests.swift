// The process that runs the tests can be looked at; one that is not there cannot.

import BenchCore
import Glibc
import Testing

@Suite struct ProcessMonitorTests {
    @Test func thisProcessHasMemory() throws {
        let monitor = ProcessMonitor(pids: [getpid()])
        let sample = try monitor.sample()
        #expect(sample.residentBytes > 0)
        #expect(sample.peakResidentBytes >= sample.residentBytes)
        #expect(monitor.ticksPerSecond > 0)
    }

    @Test func twiceTheProcessIsTwiceTheMemory() throws {
        let both = try ProcessMonitor(pids: [getpid(), getpid()]).sample()
        let one = try ProcessMonitor(pids: [getpid()]).sample()
        #expect(both.residentBytes > one.residentBytes)
    }

    @Test func noProcessIsNothing() throws {
        #expect(try ProcessMonitor(pids: []).sample() == ProcessSample())
    }

    @Test func aProcessThatIsGoneIsAnError() {
        // Beyond the kernel's largest process id.
        #expect(throws: ProcessMonitor.Vanished.self) { try ProcessMonitor(pids: [Int32.max]).sample() }
    }
}
