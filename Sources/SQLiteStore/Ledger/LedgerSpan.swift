// A span of time as whole hours, for which there are kept sums, and what sticks out at both ends.

import SessionCore

/// The parts of a span that are summed in different ways; milliseconds since 1970, ends exclusive.
struct LedgerSpan: Equatable {
    /// Hours since 1970; nil: from the beginning, to the end of time.
    struct Hours: Equatable {
        var from: Int64?
        var to: Int64?
    }

    /// A part that is summed row by row.
    struct Edge: Equatable {
        var since: Int64?
        var until: Int64?
    }

    var hours: Hours?
    var edges: [Edge]

    init(_ filter: LedgerFilter) {
        let length = LedgerTally.millisecondsPerHour
        let since = filter.since.map { max($0, 0) }
        let until = filter.until.map { max($0, 0) }
        let whole = Edge(since: since, until: until)
        // Kept sums know no single session.
        guard filter.sessionID == nil, filter.requestID == nil else {
            self.init(hours: nil, edges: [whole])
            return
        }
        let from = since.map { $0 / length + ($0 % length == 0 ? 0 : 1) }
        let to = until.map { $0 / length }
        if let from, let to, from >= to {
            self.init(hours: nil, edges: [whole])
            return
        }
        var edges: [Edge] = []
        if let since, let from, since < from * length { edges.append(Edge(since: since, until: from * length)) }
        if let until, let to, to * length < until { edges.append(Edge(since: to * length, until: until)) }
        self.init(hours: Hours(from: from, to: to), edges: edges)
    }

    init(hours: Hours?, edges: [Edge]) {
        self.hours = hours
        self.edges = edges
    }
}
