// What the kernel knows of this process, under the names that all Prometheus clients use
// (https://prometheus.io/docs/instrumenting/writing_clientlibs/#process-metrics).

import Glibc

/// Reads proc(5) and getrusage(2).
package enum ProcessSample {
    private static let cpu = MetricFamily(
        "process_cpu_seconds_total",
        help: "Processor time used, user and system together.",
        .counter,
        decimals: 6
    )
    private static let resident = MetricFamily(
        "process_resident_memory_bytes",
        help: "Memory of the process that is in RAM.",
        .gauge
    )
    private static let virtual = MetricFamily(
        "process_virtual_memory_bytes",
        help: "Addresses that the process has reserved.",
        .gauge
    )
    private static let openFiles = MetricFamily("process_open_fds", help: "Open file descriptors.", .gauge)
    private static let mostFiles = MetricFamily("process_max_fds", help: "File descriptors that may be open.", .gauge)
    private static let start = MetricFamily(
        "process_start_time_seconds",
        help: "When the process started, seconds since 1970.",
        .gauge,
        decimals: 2
    )

    /// What cannot be read is left out.
    package static func take() -> [MetricSample] {
        var samples: [MetricSample] = []
        if let microseconds = self.cpuMicroseconds() { samples.append(MetricSample(self.cpu, value: microseconds)) }
        let statm = self.numbers(in: self.contents(of: "/proc/self/statm"))
        let page = Int64(sysconf(Int32(_SC_PAGESIZE)))
        if statm.count >= 2 {
            samples.append(MetricSample(self.virtual, value: statm[0] &* page))
            samples.append(MetricSample(self.resident, value: statm[1] &* page))
        }
        if let count = self.descriptors() { samples.append(MetricSample(self.openFiles, value: count)) }
        if let limit = self.descriptorLimit() { samples.append(MetricSample(self.mostFiles, value: limit)) }
        if let hundredths = self.startHundredths() { samples.append(MetricSample(self.start, value: hundredths)) }
        return samples
    }

    private static func cpuMicroseconds() -> Int64? {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return nil }
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 &+ Int64($1.tv_sec) &* 1_000_000 &+ Int64($1.tv_usec) }
    }

    /// proc(5): the boot's time is in /proc/stat, and the process's ticks since then are field 22 of its own file.
    private static func startHundredths() -> Int64? {
        let stat = self.contents(of: "/proc/self/stat")
        // The program's name, field 2, is in parentheses and may hold anything.
        guard let name = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[name...].split(separator: " ").dropFirst().map(String.init)
        let boot = self.contents(of: "/proc/stat").split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard fields.count > 19, let ticks = Int64(fields[19]), let boot,
            let booted = Int64(boot.dropFirst("btime ".count))
        else { return nil }
        let perSecond = max(1, Int64(sysconf(Int32(_SC_CLK_TCK))))
        return booted &* 100 &+ ticks &* 100 / perSecond
    }

    /// What may be open at a time (getrlimit(2)).
    package static func descriptorLimit() -> Int64? {
        var limit = rlimit()
        let isKnown = unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
        return isKnown ? Int64(clamping: limit.rlim_cur) : nil
    }

    /// What is open now.
    package static func descriptors() -> Int64? {
        guard let directory = unsafe opendir("/proc/self/fd") else { return nil }
        defer { unsafe closedir(directory) }
        var count: Int64 = 0
        while let entry = unsafe readdir(directory) {
            // Names are numbers, but for `.` and `..`.
            if unsafe entry.pointee.d_name.0 != CChar(UInt8(ascii: ".")) { count += 1 }
        }
        // The one that counts is open as well.
        return max(0, count - 1)
    }

    private static func numbers(in text: String) -> [Int64] {
        text.split { $0 == " " || $0 == "\n" }.compactMap { Int64($0) }
    }

    /// /proc/stat has a line for each processor and one number for each interrupt.
    private static let readLimit = 1 << 18

    /// A file of proc(5), or as much of it as we take; empty when it cannot be read.
    private static func contents(of path: String) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return "" }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 4_096)
        while bytes.count < Self.readLimit {
            let count = unsafe piece.withUnsafeMutableBytes { buffer in
                unsafe read(descriptor, buffer.baseAddress, buffer.count)
            }
            guard count > 0 else { break }
            bytes += piece.prefix(count)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
