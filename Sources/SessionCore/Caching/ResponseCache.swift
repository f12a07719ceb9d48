// Answers that are given again to who asks the same again: off unless configured, and then only for models that are
// named or requests that ask for it.

package import OpenSSLTLS
import Synchronization

/// What of answers is kept.
package struct CacheSettings: Sendable, Equatable {
    /// Who shares answers.
    package enum Scope: String, Sendable, Equatable, CaseIterable {
        case key
        case account
        case all
    }

    package var entries = 10_000
    package var bytes = 64 << 20
    /// Of one answer.
    package var answerBytes = 1 << 20
    package var life: Duration = .seconds(300)
    package var scope = Scope.key
    /// Models whose deterministic requests are cached without being asked to: ids, possibly ending in `*`.
    package var models: [String] = []

    package init() {}
}

/// A whole answer with status 200.
package struct CachedAnswer: Sendable, Equatable {
    /// Media type and what else belongs to the body.
    package var fields: [(name: String, value: String)]
    package var body: [UInt8]
    /// Whether it was sent in pieces, and is to be again.
    package var isStream: Bool
    /// Monotonic, in nanoseconds.
    package var storedAt: Int64

    package init(fields: [(name: String, value: String)], body: [UInt8], isStream: Bool, storedAt: Int64) {
        self.fields = fields
        self.body = body
        self.isStream = isStream
        self.storedAt = storedAt
    }

    package static func == (one: Self, other: Self) -> Bool {
        one.body == other.body && one.isStream == other.isStream && one.storedAt == other.storedAt
            && one.fields.elementsEqual(other.fields, by: ==)
    }
}

/// The answers of a process, shared by its loops.
package final class ResponseCache: Sendable {
    package let settings: CacheSettings
    private let table: Mutex<ResponseTable<SHA256Digest, CachedAnswer>>

    package init(_ settings: CacheSettings) {
        self.settings = settings
        self.table = Mutex(ResponseTable(entries: settings.entries, bytes: settings.bytes))
    }

    /// Times are monotonic, in nanoseconds.
    package func answer(to request: SHA256Digest, now: Int64) -> CachedAnswer? {
        table.withLock { $0.value(of: request, now: now) }
    }

    package func store(_ answer: CachedAnswer, to request: SHA256Digest) {
        guard answer.body.count <= settings.answerBytes else { return }
        let (seconds, attoseconds) = settings.life.components
        let (life, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (end, past) = answer.storedAt.addingReportingOverflow(overflow ? .max : life + attoseconds / 1_000_000_000)
        let bytes = answer.body.count + answer.fields.reduce(0) { $0 + $1.name.utf8.count + $1.value.utf8.count }
        table.withLock { $0.insert(answer, bytes: bytes, for: request, expiresAt: past ? .max : end) }
    }

    /// Lets go of everything and keeps nothing any more: sessions hold on to what they began under, this included.
    package func close() {
        table.withLock { $0 = ResponseTable(entries: 0, bytes: 0) }
    }

    package var count: Int { table.withLock { $0.count } }
    package var bytes: Int { table.withLock { $0.bytes } }
}
