// Which part of the list of models a client asks for (protocol: http §2.6).

/// The query of `GET /v1/models` in the Claude dialect.
package struct ClaudeModelPage: Equatable, Sendable {
    /// How many models one page may have, and has unless the client says otherwise.
    package static let limits = 1...1_000
    package static let usualLimit = 20

    package var limit = usualLimit
    /// The page begins behind this model.
    package var afterID: String?
    /// The page ends before this model.
    package var beforeID: String?

    package init() {}

    /// Reads the values of the query's parameters; nil for one that is not there.
    package init(limit: String?, afterID: String?, beforeID: String?) throws(ConversionRefusal) {
        if let limit {
            guard let number = Int(limit), Self.limits.contains(number) else {
                throw Self.invalid("limit", "it must be a whole number from 1 to 1000.")
            }
            self.limit = number
        }
        if afterID != nil, beforeID != nil {
            throw Self.invalid("before_id", "a page is behind one model or before another, not both.")
        }
        self.afterID = afterID
        self.beforeID = beforeID
    }

    /// Where the page lies among `ids`, and whether there is more in the direction that the client goes.
    func range(of ids: [String]) throws(ConversionRefusal) -> (range: Range<Int>, hasMore: Bool) {
        if let beforeID {
            guard let end = ids.firstIndex(of: beforeID) else { throw Self.unknown("before_id") }
            let start = max(0, end - limit)
            return (start..<end, start > 0)
        }
        var start = 0
        if let afterID {
            guard let index = ids.firstIndex(of: afterID) else { throw Self.unknown("after_id") }
            start = index + 1
        }
        let end = min(ids.count, start + limit)
        return (start..<end, end < ids.count)
    }

    private static func unknown(_ param: String) -> ConversionRefusal {
        Self.invalid(param, "there is no such model.")
    }

    private static func invalid(_ param: String, _ reason: String) -> ConversionRefusal {
        ConversionRefusal(code: "invalid_value", param: param, message: "Invalid value for '\(param)': \(reason)")
    }
}
