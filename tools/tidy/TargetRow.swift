// The rank table: which target may import what. `Sources/README.md` draws it; this is what holds it.

/// A target of the product: where it lives, how high it stands, what it may take from outside the package.
package struct TargetRow: Equatable {
    package let name: String
    package let rank: Int
    package let sources: String
    /// Where its tests mirror it; nil for commands, which are tested from outside.
    package let tests: String?
    /// Modules from outside the package that it may import.
    package let outside: Set<String>
    /// Bytes and time in, events and bytes out: names no clock, task or source of randomness.
    package let isSansIO: Bool

    package init(
        _ name: String,
        rank: Int,
        sources: String? = nil,
        tests: String? = nil,
        isCommand: Bool = false,
        outside: Set<String> = [],
        isSansIO: Bool = false
    ) {
        self.name = name
        self.rank = rank
        self.sources = sources ?? "Sources/\(name)"
        self.tests = isCommand ? nil : tests ?? "Tests/\(name)Tests"
        self.outside = outside
        self.isSansIO = isSansIO
    }

    /// The product as it is.
    ///
    /// A new target gets its row here; a new import from outside is a decision, made here.
    package static let all: [TargetRow] = [
        TargetRow("CLinux", rank: 0),
        TargetRow("COpenSSL", rank: 0),
        TargetRow("CPages", rank: 0),
        TargetRow("CZlib", rank: 0),

        TargetRow("EventLoop", rank: 1, outside: ["Glibc", "Synchronization"]),
        TargetRow("OpenSSLTLS", rank: 1, outside: ["Dispatch", "Glibc", "Synchronization"]),
        TargetRow("WebSocketFraming", rank: 1, isSansIO: true),
        TargetRow("HTTPFraming", rank: 1, isSansIO: true),
        TargetRow("Dialects", rank: 1, isSansIO: true),
        TargetRow("Journal", rank: 1, outside: ["Glibc", "Synchronization"]),
        TargetRow("Telemetry", rank: 1, outside: ["CoreMetrics", "Dispatch", "Glibc", "Logging", "Synchronization"]),

        TargetRow("Transport", rank: 2, outside: ["Glibc", "Logging", "Synchronization"]),
        TargetRow("RealtimeTranslation", rank: 2, isSansIO: true),
        TargetRow("SessionCore", rank: 2, outside: ["CoreMetrics", "Foundation", "Logging", "Synchronization"]),

        TargetRow("Relay", rank: 3, outside: ["Foundation", "Logging", "Synchronization"]),
        TargetRow("Console", rank: 3, outside: ["Foundation", "Logging", "Synchronization"]),
        TargetRow("SQLiteStore", rank: 3, outside: ["Foundation", "GRDB", "Logging", "Synchronization"]),
        TargetRow("Simulator", rank: 3, outside: ["Foundation", "Logging", "Synchronization"]),

        TargetRow("Gateway", rank: 4, outside: ["Foundation", "Logging", "Synchronization", "Yams"]),

        TargetRow(
            "longwire",
            rank: 5,
            isCommand: true,
            outside: ["ArgumentParser", "Dispatch", "Foundation", "Glibc", "Logging", "Synchronization"]
        ),
        // A tool's command stands above the tool's own core.
        TargetRow("RTCatCore", rank: 5, sources: "tools/rtcat/Core", outside: ["Foundation"]),
        TargetRow(
            "rtcat",
            rank: 6,
            sources: "tools/rtcat/Command",
            isCommand: true,
            outside: ["ArgumentParser", "Dispatch", "Foundation", "Glibc", "Logging", "Synchronization"]
        ),
        TargetRow(
            "BenchCore",
            rank: 5,
            sources: "tools/bench/Core",
            tests: "Tests/BenchTests",
            outside: ["Foundation", "Glibc", "Synchronization"]
        ),
        TargetRow(
            "bench",
            rank: 6,
            sources: "tools/bench/Command",
            isCommand: true,
            outside: ["ArgumentParser", "Dispatch", "Foundation", "Glibc", "Logging", "Synchronization"]
        ),
        TargetRow(
            "conformance-echo",
            rank: 6,
            sources: "tools/conformance/Echo",
            isCommand: true,
            outside: ["ArgumentParser", "Dispatch", "Foundation", "Glibc", "Logging", "Synchronization"]
        ),
        TargetRow("FuzzTargets", rank: 5, sources: "tools/fuzz/Targets"),
        TargetRow("fuzz", rank: 6, sources: "tools/fuzz/Command", isCommand: true, outside: ["Glibc"]),
        TargetRow("tidy", rank: 5, sources: "tools/tidy", tests: "Tests/TidyTests", outside: ["Foundation"]),
    ]
}
