// What Linux tells about a process in /proc (proc(5)): parsers of its texts, and the sum over the processes of a relay.
//
// CPU time comes from `schedstat`, in nanoseconds, for all threads; where the kernel keeps none, and for the share of
// user and kernel, from `stat`, in clock ticks.

/// CPU time and memory of a process at one moment.
package struct ProcessSample: Sendable, Equatable {
    package var userTicks: UInt64 = 0
    package var systemTicks: UInt64 = 0
    /// Of all living threads; nil where the kernel does not count it.
    package var cpuNanoseconds: UInt64?
    package var residentBytes: UInt64 = 0
    package var peakResidentBytes: UInt64 = 0

    package init() {}

    /// Adds what another process of the same relay used.
    package static func + (left: ProcessSample, right: ProcessSample) -> ProcessSample {
        var sum = left
        sum.userTicks &+= right.userTicks
        sum.systemTicks &+= right.systemTicks
        if let one = left.cpuNanoseconds, let other = right.cpuNanoseconds {
            sum.cpuNanoseconds = one &+ other
        } else {
            sum.cpuNanoseconds = nil
        }
        sum.residentBytes &+= right.residentBytes
        sum.peakResidentBytes &+= right.peakResidentBytes
        return sum
    }
}

/// CPU time spent between two samples, in microseconds.
package struct CPUTime: Sendable, Equatable {
    package var total: Double
    package var user: Double
    package var system: Double

    package init(from start: ProcessSample, to end: ProcessSample, ticksPerSecond: Int) {
        let tick = 1_000_000 / Double(max(ticksPerSecond, 1))
        let user = Double(end.userTicks &- min(start.userTicks, end.userTicks)) * tick
        let system = Double(end.systemTicks &- min(start.systemTicks, end.systemTicks)) * tick
        let ticks = user + system
        self.total = ticks
        if let before = start.cpuNanoseconds, let after = end.cpuNanoseconds, after >= before {
            self.total = Double(after - before) / 1_000
        }
        // Ticks are coarse, so they only divide the finer total.
        let share = ticks > 0 ? user / ticks : 0
        self.user = self.total * share
        self.system = self.total * (1 - share)
    }
}

/// Parsers of the files in /proc/PID.
package enum ProcessText {
    /// utime and stime of `/proc/PID/stat`.
    ///
    /// The name of the command may hold anything, closing parentheses too, so fields count from the last one.
    package static func ticks(inStat text: String) -> (user: UInt64, system: UInt64)? {
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        // Field 3 is the first one here; utime is field 14, stime field 15.
        guard fields.count > 12, let user = UInt64(fields[11]), let system = UInt64(fields[12]) else { return nil }
        return (user, system)
    }

    /// Nanoseconds on a CPU, of `/proc/PID/task/TID/schedstat`.
    package static func nanoseconds(inSchedstat text: String) -> UInt64? {
        text.split(whereSeparator: \.isWhitespace).first.flatMap { UInt64($0) }
    }

    /// A line such as `Rss:    123 kB`, in bytes.
    package static func bytes(of name: String, in text: String) -> UInt64? {
        for line in text.split(separator: "\n") where line.hasPrefix(name + ":") {
            let words = line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace)
            guard words.count == 2, words[1] == "kB", let size = UInt64(words[0]) else { return nil }
            return size.multipliedReportingOverflow(by: 1024).overflow ? nil : size * 1024
        }
        return nil
    }
}
