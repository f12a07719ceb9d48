// /api/usage: sums, single rows and CSV from the ledger. A member reads the own account's, the holder of a key that key's.

import Foundation
import HTTPFraming
import SessionCore

/// The calls about usage.
enum UsageResource {
    private static let filters: [QueryItem] = [
        QueryItem("key", .identifier("Id of a key.")), QueryItem("account", .identifier("Id of an account.")),
        QueryItem("model", .phrase("The model as asked for.")),
        QueryItem("upstream", .phrase("Who served it.")),
        QueryItem("status", Schema(.choice(LedgerRow.Status.allCases.map(\.rawValue)))),
        QueryItem("kind", Schema(.choice(LedgerRow.Kind.allCases.map(\.rawValue)))),
        QueryItem("session", .phrase("A session's id.")),
        QueryItem("request_id", .phrase("A request's id.")),
        QueryItem("since", .moment("From this time, or as long ago as this.")),
        QueryItem("until", .moment("Before this time, or as long ago as this.")),
    ]

    static let endpoints: [Endpoint] = [
        Endpoint(
            .get,
            "/api/usage",
            "getUsage",
            "usage",
            "Sums over the ledger, and a series if an interval is given.",
            for: .everybody,
            query: filters + [
                QueryItem("by", Schema(.choice(LedgerGroup.allCases.map(\.rawValue)), "What sums are told apart by.")),
                QueryItem("interval", Schema(.choice(["none", "hour", "day"]), "Length of a step, in UTC.")),
            ],
            answer: AnswerShape("The sums.", Shapes.usage),
            handle: Self.sums
        ),
        Endpoint(
            .get,
            "/api/usage/rows",
            "listUsageRows",
            "usage",
            "Lists rows of the ledger, newest first.",
            for: .everybody,
            query: filters + [
                QueryItem("limit", Schema(.integer(1...1_000), "Entries of the page.")),
                QueryItem("cursor", Schema(.text(.rowCursor, length: 1...18), "`next_cursor` of the page before.")),
            ],
            answer: AnswerShape("A page of rows.", Schema(.list(Shapes.usageRow, maximum: 1_000)), isPaged: true),
            handle: { call throws(RelayError) in
                let filter = Self.filter(call)
                let cursor = call.text("cursor").flatMap { Int64($0) }
                let page = try await call.store("row") { () throws(StoreError) in
                    try await call.shared.ledger.rows(filter, limit: call.pageSize, after: cursor)
                }
                return APIAnswer(.page(page.entries.map(Self.describe), next: page.next.map { String($0) }))
            }
        ),
        Endpoint(
            .get,
            "/api/usage.csv",
            "exportUsage",
            "usage",
            "Rows of the ledger as CSV (RFC 4180), newest first, at most a million.",
            for: .everybody,
            query: filters,
            answer: AnswerShape("The rows.", nil, mediaType: "text/csv"),
            handle: { call throws(RelayError) in
                let filter = Self.filter(call)
                let (shared, size) = (call.shared, call.shared.limits.csvPage)
                let most = shared.limits.csvRows / max(1, size)
                let pages = PageCount(most)
                let pieces = APIAnswer.Pieces(first: UsageCSV.header) { cursor throws(RelayError) in
                    let page: LedgerPage
                    do throws(StoreError) {
                        page = try await shared.ledger.rows(filter, limit: size, after: cursor)
                    } catch {
                        throw RelayError(error, "row")
                    }
                    return (UsageCSV.rows(page.entries), pages.isLast() ? nil : page.next)
                }
                return APIAnswer(.pieces(pieces, mediaType: "text/csv; charset=utf-8", fileName: "usage.csv"))
            }
        ),
    ]

    /// What the query asks for, held to what the caller may see.
    private static func filter(_ call: APICall) -> LedgerFilter {
        var filter = LedgerFilter()
        filter.keyID = call.text("key")
        filter.accountID = call.text("account")
        filter.model = call.text("model")
        filter.upstream = call.text("upstream")
        filter.status = call.text("status").flatMap(LedgerRow.Status.init)
        filter.kind = call.text("kind").flatMap(LedgerRow.Kind.init)
        filter.sessionID = call.text("session")
        filter.requestID = call.text("request_id")
        filter.since = call.moment("since").map(Self.milliseconds)
        filter.until = call.moment("until").map(Self.milliseconds)
        if let own = call.caller?.accountID {
            // Somebody else's is empty, not refused: whether it exists is nobody's business.
            if let wanted = filter.accountID, wanted != own { filter.until = .min }
            filter.accountID = own
        }
        if case .holder(let holder) = call.caller {
            if let wanted = filter.keyID, wanted != holder.record.id { filter.until = .min }
            filter.keyID = holder.record.id
        }
        return filter
    }

    private static func sums(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let filter = Self.filter(call)
        let group = call.text("by").flatMap(LedgerGroup.init) ?? .none
        let interval = call.text("interval").flatMap(LedgerInterval.init)
        let (total, series) = try await call.store("row") { () throws(StoreError) in
            let total = try await call.shared.ledger.sums(filter, by: .none, interval: nil)
            guard group != .none || interval != nil else { return (total.first, [LedgerSum]()) }
            return (total.first, try await call.shared.ledger.sums(filter, by: group, interval: interval))
        }
        let most = call.shared.limits.seriesSteps
        let kept =
            series.count > most ? Array(series.sorted { ($0.start ?? 0) < ($1.start ?? 0) }.suffix(most)) : series
        return .data([
            "by": .string(group.rawValue), "interval": .string(interval?.rawValue ?? "none"),
            "since": .orNull(call.moment("since")), "until": .orNull(call.moment("until")),
            "total": Self.describe(total ?? LedgerSum(group: "")), "series": .array(kept.map(Self.describe)),
            "truncated": .bool(series.count > most),
        ])
    }

    private static func describe(_ sum: LedgerSum) -> JSON {
        [
            "group": .string(sum.group), "start": .orNull(sum.start.map(Self.date)), "requests": .count(sum.requests),
            "errors": .count(sum.errors), "cost_usd": .usd(sum.costMicroUSD), "tokens": sum.tokens.json,
            "first_byte_p50_ms": .orNull(sum.firstByteP50), "first_byte_p95_ms": .orNull(sum.firstByteP95),
        ]
    }

    private static func describe(_ entry: LedgerPage.Entry) -> JSON {
        let row = entry.row
        return [
            "number": .integer(entry.number), "kind": .string(row.kind.rawValue), "session": .string(row.sessionID),
            "turn": .string(row.turnID), "request_id": .string(row.requestID), "key": .string(row.keyID),
            "account": .string(row.accountID), "model": .string(row.model), "upstream": .string(row.upstream),
            "upstream_model": .string(row.upstreamModel), "status": .string(row.status.rawValue),
            "http_status": .orNull(row.httpStatus), "close_code": .orNull(entry.closeCode),
            "started_at": .string(Moment.text(milliseconds: row.startedAt)),
            "duration_ms": .count(row.durationMilliseconds), "first_byte_ms": .orNull(row.firstByteMilliseconds),
            "tokens": row.tokens.json, "estimated": .bool(row.isEstimated), "cost_usd": .usd(row.costMicroUSD),
        ]
    }

    private static func milliseconds(_ date: Date) -> Int64 { Int64((date.timeIntervalSince1970 * 1_000).rounded()) }

    private static func date(_ milliseconds: Int64) -> Date {
        Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
    }
}
