// Reads the processes of a relay while it works. Reading costs the load generator, not the relay, a few system calls
// at each end of a measurement.

import Foundation
import Glibc

/// The processes that make up a relay under test.
package struct ProcessMonitor: Sendable {
    package struct Vanished: Error, CustomStringConvertible {
        package let pid: Int32
        package var description: String { "process \(pid) cannot be read; has the relay died?" }
    }

    package let pids: [Int32]
    package let ticksPerSecond: Int

    package init(pids: [Int32]) {
        self.pids = pids
        self.ticksPerSecond = sysconf(CInt(_SC_CLK_TCK))
    }

    package func sample() throws -> ProcessSample {
        guard let first = self.pids.first else { return ProcessSample() }
        return try self.pids.dropFirst().reduce(Self.sample(first)) { try $0 + Self.sample($1) }
    }

    /// Lets the peak of resident memory start anew; kernels that do not know how go on from the process's start.
    package func resetPeak() {
        for pid in self.pids {
            // proc(5), clear_refs: 5 sets the high-water mark to the present size.
            try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/\(pid)/clear_refs"))
        }
    }

    private static func sample(_ pid: Int32) throws -> ProcessSample {
        let directory = "/proc/\(pid)"
        guard let stat = Self.read("\(directory)/stat"), let ticks = ProcessText.ticks(inStat: stat),
            let status = Self.read("\(directory)/status")
        else { throw Vanished(pid: pid) }
        var sample = ProcessSample()
        (sample.userTicks, sample.systemTicks) = ticks
        sample.cpuNanoseconds = Self.cpuNanoseconds(directory)
        // `status` lags behind by what each CPU has not yet added up; the roll-up counts pages.
        sample.residentBytes =
            Self.read("\(directory)/smaps_rollup").flatMap { ProcessText.bytes(of: "Rss", in: $0) }
            ?? ProcessText.bytes(of: "VmRSS", in: status) ?? 0
        sample.peakResidentBytes = max(ProcessText.bytes(of: "VmHWM", in: status) ?? 0, sample.residentBytes)
        return sample
    }

    private static func cpuNanoseconds(_ directory: String) -> UInt64? {
        guard let tasks = try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/task") else { return nil }
        var sum: UInt64 = 0
        for task in tasks {
            // A thread may end while it is being looked at.
            guard let text = Self.read("\(directory)/task/\(task)/schedstat") else { continue }
            guard let time = ProcessText.nanoseconds(inSchedstat: text) else { return nil }
            sum &+= time
        }
        return sum > 0 ? sum : nil
    }

    private static func read(_ path: String) -> String? {
        // Files in /proc claim to be empty, so they are read to their end whatever they say.
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.readToEnd() else { return nil }
        return String(decoding: data, as: UTF8.self)
    }
}
