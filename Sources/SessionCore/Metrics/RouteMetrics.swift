// The handles of one route: a model at an upstream.

import CoreMetrics
import Synchronization

/// Which model at which upstream, as metrics name them.
struct RouteLabels: Hashable, Sendable {
    let model: String
    let upstream: String

    var dimensions: [(String, String)] { [("model", self.model), ("upstream", self.upstream)] }
}

/// Handles that share a model and an upstream.
final class RouteMetrics: Sendable {
    let firstByte: CoreMetrics.Timer
    private let labels: RouteLabels
    private let factory: any MetricsFactory
    private let sessions: Meter
    private let openings: Counter
    private let cost: Counter
    private let audio: Counter
    private let tokens: [(of: @Sendable (TokenCounts) -> Int, counter: Counter)]
    /// Counters that have one more label with few values, made when they are first needed.
    private let rare = Mutex<[[String]: Counter]>([:])

    init(_ labels: RouteLabels, factory: any MetricsFactory) {
        self.labels = labels
        self.factory = factory
        let dimensions = labels.dimensions
        self.firstByte = CoreMetrics.Timer(label: MetricName.firstByte, dimensions: dimensions, factory: factory)
        self.sessions = Meter(label: MetricName.sessions, dimensions: dimensions, factory: factory)
        self.openings = Counter(label: MetricName.sessionsOpened, dimensions: dimensions, factory: factory)
        self.cost = Counter(label: MetricName.cost, dimensions: dimensions, factory: factory)
        self.audio = Counter(label: MetricName.audio, dimensions: dimensions, factory: factory)
        self.tokens = TokenClass.all.map { kind in
            (
                kind.count,
                Counter(label: MetricName.tokens, dimensions: dimensions + [("class", kind.name)], factory: factory)
            )
        }
    }

    func opened() {
        self.openings.increment()
        self.sessions.increment()
    }

    func closed(code: Int) {
        self.sessions.decrement()
        self.count(MetricName.sessionsClosed, [("code", CloseCodeLabel.text(code))])
    }

    func settled(
        kind: LedgerRow.Kind,
        status: LedgerRow.Status,
        tokens: TokenCounts,
        costMicroUSD: Int64,
        estimated: Bool
    ) {
        self.count(
            MetricName.turns,
            [("kind", kind.rawValue), ("status", status.rawValue), ("estimated", estimated ? "true" : "false")]
        )
        for entry in self.tokens {
            let count = entry.of(tokens)
            if count > 0 { entry.counter.increment(by: count) }
        }
        if tokens.audioMilliseconds > 0 { self.audio.increment(by: tokens.audioMilliseconds) }
        if costMicroUSD > 0 { self.cost.increment(by: costMicroUSD) }
    }

    private func count(_ name: String, _ more: [(String, String)]) {
        let key = [name] + more.map(\.1)
        let counter = self.rare.withLock { rare in
            if let known = rare[key] { return known }
            let made = Counter(label: name, dimensions: self.labels.dimensions + more, factory: self.factory)
            rare[key] = made
            return made
        }
        counter.increment()
    }
}

/// The classes of tokens as a label; cached ones are a part of the input, as providers count them.
struct TokenClass: Sendable {
    let name: String
    let count: @Sendable (TokenCounts) -> Int

    static let all = [
        TokenClass(name: "input_text") { $0.inputText },
        TokenClass(name: "input_audio") { $0.inputAudio },
        TokenClass(name: "input_image") { $0.inputImage },
        TokenClass(name: "cached_text") { $0.cachedText },
        TokenClass(name: "cached_audio") { $0.cachedAudio },
        TokenClass(name: "cached_image") { $0.cachedImage },
        TokenClass(name: "output_text") { $0.outputText },
        TokenClass(name: "output_audio") { $0.outputAudio },
    ]
}

/// Close codes as a label: peers may choose among four thousand, and each would be a series.
enum CloseCodeLabel {
    private static let named: Set<Int> = [
        1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3003, 3008, 4000,
        4004,
    ]

    static func text(_ code: Int) -> String {
        if Self.named.contains(code) { return "\(code)" }
        switch code {
        case 3000...3999: return "3xxx"
        case 4000...4999: return "4xxx"
        default: return RelayMetrics.other
        }
    }
}
