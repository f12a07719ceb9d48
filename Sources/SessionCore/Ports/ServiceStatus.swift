// How the process as a whole is doing, for whoever decides whether it gets work: scrapers, load balancers.

/// Whether new work should come here.
package enum ServiceReadiness: Sendable, Equatable {
    case ready
    /// One line that says what is wrong; it goes to whoever asks, so it names nothing secret.
    case notReady(String)
}

/// What answers `/metrics` and `/readyz`.
///
/// Calls may take as long as a loop takes to answer, at most about a second.
package protocol ServiceStatus: Sendable {
    /// All metrics in Prometheus' text format.
    func metrics() async -> String
    func readiness() async -> ServiceReadiness
}

/// A process that watches nothing: tests, and relays inside other programs.
package struct NoServiceStatus: ServiceStatus {
    package init() {}
    package func metrics() async -> String { "" }
    package func readiness() async -> ServiceReadiness { .ready }
}
