// Which pages may open sessions (RFC 6454; RFC 6455 §10.2; robustness B9).

/// The list `origins` of the configuration.
package struct OriginPolicy: Sendable, Equatable {
    /// Allowed origins in lower case; nil lets every origin connect.
    private let allowed: Set<String>?

    package init(_ origins: [String]?) {
        allowed = origins.map { Set($0.map { $0.lowercased() }) }
    }

    /// Whether every origin may.
    package var isOpen: Bool { allowed == nil }

    /// Tells whether a request with this `Origin` field may go on; programs that are no browsers send none.
    package func allows(_ origin: String?) -> Bool {
        guard let allowed, let origin else { return true }
        return allowed.contains(origin.lowercased())
    }
}
