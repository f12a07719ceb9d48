// One call with everything that was checked about it.

import EventLoop
import Foundation
import SessionCore

/// What a handler is given.
struct APICall: Sendable {
    let shared: ConsoleShared
    /// Nil for calls that anyone may make.
    let caller: Caller?
    /// Where the request came from, and what it says of the page behind it.
    let visitor: Visitor
    let path: [String: String]
    /// As the endpoint's schemas describe it.
    let query: [String: JSON]
    /// As the endpoint's schema describes it; null without one.
    let body: JSON
    let requestID: RequestID
    let now: Date

    init(
        shared: ConsoleShared,
        caller: Caller?,
        visitor: Visitor,
        path: [String: String] = [:],
        query: [String: JSON] = [:],
        body: JSON = .null,
        requestID: RequestID,
        now: Date
    ) {
        self.shared = shared
        self.caller = caller
        self.visitor = visitor
        self.path = path
        self.query = query
        self.body = body
        self.requestID = requestID
        self.now = now
    }

    func parameter(_ name: String) -> String { self.path[name] ?? "" }

    func text(_ name: String) -> String? { self.query[name]?.text }

    /// The size of the page that is asked for.
    var pageSize: Int {
        self.query["limit"]?.whole.flatMap { Int(exactly: $0) } ?? self.shared.limits.usualPageSize
    }

    /// A point in time of the query: written as such, or as an age.
    func moment(_ name: String) -> Date? {
        guard let text = self.text(name) else { return nil }
        return Moment.date(text) ?? Moment.seconds(text).map { self.now.addingTimeInterval(-Double($0)) }
    }

    /// Runs a call of a store; `what` names the kind of entry for the message.
    func store<Value: Sendable>(
        _ what: String,
        _ call: @Sendable () async throws(StoreError) -> Value
    ) async throws(RelayError) -> Value {
        do throws(StoreError) {
            return try await call()
        } catch {
            throw RelayError(error, what)
        }
    }
}
