// swift-tools-version: 6.2
//
// Ranked targets: a target imports only targets of a lower rank (Sources/README.md has the map). The order of the
// list below is the order of the ranks, and `--explicit-target-dependency-import-check error` holds imports to it.

import PackageDescription

/// Settings of every Swift target.
let house: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// Release builds leave out the run-time check of exclusive access, which was a third of the instructions of a relayed
/// message when they were counted.
///
/// Debug builds, and with them all tests, keep it.
let hot: [SwiftSetting] = [
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release))
]

/// Settings of targets that touch C or raw memory: each unsafe use carries the word.
let strict: [SwiftSetting] = house + hot + [.strictMemorySafety()]

let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "CoreMetrics", package: "swift-metrics")

let package = Package(
    name: "longwire",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "longwire", targets: ["longwire"]),
        .executable(name: "rtcat", targets: ["rtcat"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // Rank 0: C headers with inline wrappers.
        .target(name: "CLinux"),
        .target(name: "COpenSSL", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        .target(name: "CPages"),
        .target(name: "CZlib", linkerSettings: [.linkedLibrary("z")]),

        // Rank 1: bytes, sockets, time. Sans-I/O protocols beside the loop that will run them.
        .target(name: "EventLoop", dependencies: ["CLinux"], swiftSettings: strict),
        .target(name: "OpenSSLTLS", dependencies: ["COpenSSL"], swiftSettings: strict),
        .target(
            name: "WebSocketFraming",
            dependencies: ["COpenSSL", "CZlib"],
            exclude: ["CONFORMANCE.md"],
            swiftSettings: strict
        ),
        .target(name: "HTTPFraming", swiftSettings: strict),
        .target(name: "Journal", dependencies: ["CLinux", "CZlib"], swiftSettings: strict),
        .target(name: "Dialects", swiftSettings: strict),
        .target(name: "Telemetry", dependencies: ["CLinux", metrics, logging], swiftSettings: strict),

        // Rank 2.
        .target(
            name: "Transport",
            dependencies: ["EventLoop", "OpenSSLTLS", "WebSocketFraming", "HTTPFraming", logging],
            swiftSettings: strict
        ),
        .target(
            name: "SessionCore",
            dependencies: ["OpenSSLTLS", "Telemetry", metrics, logging],
            swiftSettings: house + hot
        ),
        .target(
            name: "RealtimeTranslation",
            dependencies: ["Dialects"],
            exclude: ["README.md"],
            swiftSettings: house
        ),

        // Rank 3.
        .target(
            name: "Relay",
            dependencies: [
                "Transport", "SessionCore", "RealtimeTranslation", "Telemetry", "Dialects", "EventLoop", "OpenSSLTLS",
                "WebSocketFraming", "HTTPFraming", logging,
            ],
            swiftSettings: strict
        ),
        .target(
            name: "Console",
            dependencies: [
                "Transport", "SessionCore", "Dialects", "EventLoop", "OpenSSLTLS", "HTTPFraming", "CPages", logging,
            ],
            exclude: ["README.md", "Pages"],
            swiftSettings: house + [.strictMemorySafety()]
        ),
        .target(
            name: "SQLiteStore",
            dependencies: [
                "SessionCore", "Journal", "OpenSSLTLS", .product(name: "GRDB", package: "GRDB.swift"), logging,
            ],
            exclude: ["README.md"],
            swiftSettings: house
        ),
        .target(
            name: "Simulator",
            dependencies: [
                "Transport", "Dialects", "EventLoop", "OpenSSLTLS", "WebSocketFraming", "HTTPFraming", logging,
            ],
            exclude: ["README.md"],
            swiftSettings: strict
        ),

        // Rank 4.
        .target(
            name: "Gateway",
            dependencies: [
                "Relay", "Console", "Transport", "SessionCore", "SQLiteStore", "Simulator", "Telemetry", "EventLoop",
                "OpenSSLTLS",
                "WebSocketFraming", "HTTPFraming", "Yams", logging,
            ],
            swiftSettings: house
        ),

        // Rank 5: executables.
        .executableTarget(
            name: "longwire",
            dependencies: [
                "Gateway", "Simulator", "SessionCore", "SQLiteStore", "Transport", "Telemetry", "Dialects", "EventLoop",
                "OpenSSLTLS", "HTTPFraming", argumentParser, logging,
            ],
            swiftSettings: house
        ),
        .executableTarget(
            name: "rtcat",
            dependencies: [
                "RTCatCore", "Transport", "EventLoop", "OpenSSLTLS", "WebSocketFraming", "HTTPFraming", argumentParser,
                logging,
            ],
            path: "tools/rtcat/Command",
            swiftSettings: strict
        ),

        .target(name: "RTCatCore", path: "tools/rtcat/Core", swiftSettings: strict),
        .executableTarget(
            name: "conformance-echo",
            dependencies: [
                "Transport", "EventLoop", "OpenSSLTLS", "WebSocketFraming", "HTTPFraming", argumentParser, logging,
            ],
            path: "tools/conformance/Echo",
            swiftSettings: strict
        ),
        .target(
            name: "BenchCore",
            dependencies: ["Transport", "EventLoop", "OpenSSLTLS", "WebSocketFraming", "HTTPFraming"],
            path: "tools/bench/Core",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "bench",
            dependencies: [
                "BenchCore", "Transport", "EventLoop", "OpenSSLTLS", "WebSocketFraming", "HTTPFraming", argumentParser,
                logging,
            ],
            path: "tools/bench/Command",
            swiftSettings: strict
        ),
        .target(
            name: "FuzzTargets",
            dependencies: ["WebSocketFraming", "HTTPFraming", "Dialects", "RealtimeTranslation"],
            path: "tools/fuzz/Targets",
            swiftSettings: house
        ),
        .executableTarget(name: "tidy", path: "tools/tidy", exclude: ["exceptions.txt"], swiftSettings: house),

        // Tests mirror the sources.
        .target(
            name: "TestSupport",
            dependencies: ["EventLoop", "OpenSSLTLS", "CLinux"],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        .testTarget(
            name: "EventLoopTests",
            dependencies: ["EventLoop", "CLinux", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "OpenSSLTLSTests",
            dependencies: ["OpenSSLTLS", "COpenSSL", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "WebSocketFramingTests",
            dependencies: ["WebSocketFraming", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "HTTPFramingTests", dependencies: ["HTTPFraming", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "JournalTests", dependencies: ["Journal"], swiftSettings: house),
        .testTarget(name: "DialectsTests", dependencies: ["Dialects", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "TelemetryTests",
            dependencies: ["Telemetry", "CLinux", metrics, logging],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SessionCoreTests",
            dependencies: [
                "SessionCore", "Telemetry", "OpenSSLTLS", metrics,
                .product(name: "MetricsTestKit", package: "swift-metrics"),
            ],
            swiftSettings: house
        ),
        .testTarget(
            name: "SQLiteStoreTests",
            dependencies: ["SQLiteStore", "SessionCore", "Journal", "OpenSSLTLS", logging],
            swiftSettings: house
        ),
        .testTarget(
            name: "RealtimeTranslationTests",
            dependencies: ["RealtimeTranslation", "Dialects"],
            swiftSettings: house
        ),
        .testTarget(name: "SimulatorTests", dependencies: ["Simulator", "Dialects"], swiftSettings: house),
        .testTarget(
            name: "TransportTests",
            dependencies: [
                "Transport", "EventLoop", "OpenSSLTLS", "WebSocketFraming", "HTTPFraming", "TestSupport", logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RelayTests",
            dependencies: [
                "Relay", "Transport", "SessionCore", "RealtimeTranslation", "Dialects", "EventLoop", "OpenSSLTLS",
                "WebSocketFraming", "HTTPFraming", "TestSupport", logging,
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConsoleTests",
            dependencies: [
                "Console", "Transport", "SessionCore", "EventLoop", "OpenSSLTLS", "HTTPFraming", "TestSupport", logging,
            ],
            swiftSettings: house
        ),
        .testTarget(name: "BenchTests", dependencies: ["BenchCore"], swiftSettings: strict),
        .testTarget(name: "FuzzTargetsTests", dependencies: ["FuzzTargets"], swiftSettings: house),
        .testTarget(name: "TidyTests", dependencies: ["tidy"], swiftSettings: house),
        .testTarget(name: "RTCatCoreTests", dependencies: ["RTCatCore"], swiftSettings: strict),
        .testTarget(
            name: "GatewayTests",
            dependencies: [
                "Gateway", "Relay", "Console", "SessionCore", "SQLiteStore", "Telemetry", "Transport", "EventLoop",
                logging,
            ],
            swiftSettings: house
        ),
    ],
    swiftLanguageModes: [.v6]
)

// libFuzzer brings its own `main`, so its executable joins the package only when tools/fuzz/run asks for it.
if Context.environment["LONGWIRE_FUZZ"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: ["FuzzTargets"],
            path: "tools/fuzz/Command",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])]
        )
    )
}
