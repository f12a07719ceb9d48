// What is to be measured: one cell of the table that the runner fills.

/// How messages flow.
package enum WorkloadMode: String, Sendable, CaseIterable, Codable {
    /// Each session has one message under way, answered by the other end.
    case pingPong = "ping-pong"
    /// One direction, as fast as it goes.
    case stream
    /// A fixed number of messages per second and session: the shape of voice.
    case paced
    /// Sessions are opened and stay silent.
    case idle
    /// One direction, and nobody reads: what a relay holds for stalled receivers.
    case stall
}

/// Where messages go, seen from the client.
package enum WorkloadDirection: String, Sendable, CaseIterable, Codable {
    /// Client to upstream.
    case up
    /// Upstream to client.
    case down
    /// In turns; not for streams.
    case both
}

/// The parameters of one measurement.
package struct Workload: Sendable, Equatable {
    package struct Invalid: Error, Equatable, CustomStringConvertible {
        package let description: String

        package init(description: String) {
            self.description = description
        }
    }

    /// More sessions than this run out of loopback ports.
    package static let sessionLimit = 28_000
    package static let sizeLimit = 16 * 1024 * 1024

    package var mode: WorkloadMode
    package var direction: WorkloadDirection
    package var sessions: Int
    package var size: Int
    /// Messages a second and session, in paced mode.
    package var rate: Double
    /// Messages that a session's stream may have under way, but a block of them at least; zero for no bound but the kernel's.
    package var window: Int
    package var warmUpSeconds: Double
    package var seconds: Double
    /// Sessions being opened at the same time.
    package var openParallel: Int
    package var typeLast: Bool

    package init(
        mode: WorkloadMode,
        direction: WorkloadDirection? = nil,
        sessions: Int = 64,
        size: Int = 1024,
        rate: Double = 20,
        window: Int = 0,
        warmUpSeconds: Double = 0.5,
        seconds: Double = 2.5,
        openParallel: Int = 16,
        typeLast: Bool = false
    ) {
        self.mode = mode
        self.direction = direction ?? (mode == .paced || mode == .pingPong || mode == .idle ? .both : .down)
        self.sessions = sessions
        self.size = size
        self.rate = rate
        self.window = window
        self.warmUpSeconds = warmUpSeconds
        self.seconds = seconds
        self.openParallel = openParallel
        self.typeLast = typeLast
    }

    package func validate() throws(Invalid) {
        guard (1...Self.sessionLimit).contains(self.sessions) else {
            throw Invalid(description: "sessions must be between 1 and \(Self.sessionLimit)")
        }
        guard (RealtimeEvent.minimumSize...Self.sizeLimit).contains(self.size) else {
            throw Invalid(description: "size must be between \(RealtimeEvent.minimumSize) and \(Self.sizeLimit) bytes")
        }
        guard self.rate > 0, self.rate <= 100_000 else {
            throw Invalid(description: "rate must be above 0 and at most 100000 messages a second")
        }
        guard (0...1_000_000).contains(self.window) else {
            throw Invalid(description: "window must be at most 1000000 messages")
        }
        guard (0...3_600).contains(self.warmUpSeconds), self.seconds > 0, self.seconds <= 3_600 else {
            throw Invalid(description: "times must be between 0 and 3600 seconds")
        }
        guard (1...4_096).contains(self.openParallel) else {
            throw Invalid(description: "open-parallel must be between 1 and 4096")
        }
        if self.mode == .stream || self.mode == .stall, self.direction == .both {
            throw Invalid(description: "a stream goes up or down")
        }
    }
}
