// Which rows count, as SQL. Only names and marks become part of the text; values are arguments.

import GRDB
import SessionCore

/// Conditions joined by AND, with their arguments.
struct LedgerCondition {
    private var terms: [String] = []
    private(set) var arguments = StatementArguments()

    /// `kept`: against the kept sums, which know neither sessions nor requests nor moments within an hour.
    init(_ filter: LedgerFilter, kept: Bool = false) {
        add("key_id = ?", filter.keyID)
        add("account_id = ?", filter.accountID)
        add("model = ?", filter.model)
        add("upstream = ?", filter.upstream)
        add("status = ?", filter.status?.rawValue)
        add("kind = ?", filter.kind?.rawValue)
        guard !kept else { return }
        add("session_id = ?", filter.sessionID)
        add("request_id = ?", filter.requestID)
        add("started_at >= ?", filter.since)
        add("started_at < ?", filter.until)
    }

    /// Adds a condition unless there is nothing to compare with.
    mutating func add(_ term: String, _ value: (any DatabaseValueConvertible)?) {
        guard let value else { return }
        terms.append(term)
        arguments += [value]
    }

    /// ` WHERE …`, or nothing.
    var clause: String { terms.isEmpty ? "" : " WHERE " + terms.joined(separator: " AND ") }
}
