// What each metric of a relay tells, for whoever reads a scrape without this code at hand.

package import Telemetry

/// The families that a relay's metrics belong to.
package enum MetricCatalog {
    package static let families = [
        MetricFamily(
            MetricName.admissions,
            help: "Requests and upgrades by what admission said: admitted, or the code of the refusal.",
            .counter
        ),
        MetricFamily(MetricName.sessions, help: "Realtime sessions that are open.", .gauge),
        MetricFamily(MetricName.sessionsOpened, help: "Realtime sessions that began.", .counter),
        MetricFamily(
            MetricName.sessionsClosed,
            help: "Realtime sessions that ended, by the close code the client saw; 1006 when it saw none.",
            .counter
        ),
        MetricFamily(
            MetricName.turns,
            help: "Turns, transcriptions and HTTP exchanges that were settled; estimated when no provider told usage.",
            .counter
        ),
        MetricFamily(
            MetricName.tokens,
            help: "Tokens by class; cached ones are a part of the input of their kind.",
            .counter
        ),
        MetricFamily(
            MetricName.audio,
            help: "Audio that transcriptions billed by time have taken.",
            .counter,
            decimals: 3
        ),
        MetricFamily(
            MetricName.cost,
            help: "What was spent, by the prices of the configuration.",
            .counter,
            decimals: 6
        ),
        MetricFamily(
            MetricName.firstByte,
            help: "From the beginning of a turn or exchange to its first byte of content.",
            .histogram(bounds: MetricFamily.longTimes),
            decimals: 9
        ),
        MetricFamily(
            MetricName.overhead,
            help: "Time a request spent in the relay itself, before the upstream was asked and after it answered.",
            .histogram(bounds: MetricFamily.shortTimes),
            decimals: 9
        ),
        MetricFamily(
            MetricName.upstreamAttempts,
            help: "Upstreams that were tried, by whether they answered as one that works.",
            .counter
        ),
        MetricFamily(MetricName.upstreamUp, help: "Whether the last attempt at an upstream went well.", .gauge),
        MetricFamily(MetricName.ledgerQueue, help: "Ledger entries that are not in the store yet.", .gauge),
        MetricFamily(
            MetricName.ledgerLag,
            help: "Age of the oldest ledger entry that is not in the store yet.",
            .gauge,
            decimals: 3
        ),
        MetricFamily(MetricName.ledgerDropped, help: "Ledger entries that were lost.", .counter),
        MetricFamily(
            MetricName.reloads,
            help: "Times the configuration was read again on SIGHUP: taken, or refused for its faults.",
            .counter
        ),
    ]

    // What is read when somebody asks, not kept.
    package static let upstreamKeyState = MetricFamily(
        MetricName.upstreamKeyState,
        help:
            "Breaker of a provider key, by its place in the configuration: 0 closed, 1 half-open, 2 open, 3 disabled.",
        .gauge
    )
    package static let loopQueue = MetricFamily(
        MetricName.loopQueue,
        help: "Work that other threads have sent a loop and that it has not taken yet.",
        .gauge
    )
    package static let loopLag = MetricFamily(
        MetricName.loopLag,
        help: "How long a loop took to answer this scrape; loops that did not answer are missing.",
        .gauge,
        decimals: 9
    )
    package static let loopsAnswering = MetricFamily(
        MetricName.loopsAnswering,
        help: "Loops that answered this scrape in time.",
        .gauge
    )
    package static let openConnections = MetricFamily(
        MetricName.openConnections,
        help: "Connections with clients and upstreams.",
        .gauge
    )
    package static let logDropped = MetricFamily(
        MetricName.logDropped,
        help: "Log lines that were lost because nobody took them.",
        .counter
    )
    package static let build = MetricFamily(MetricName.build, help: "The version that runs, as a label.", .gauge)
}
