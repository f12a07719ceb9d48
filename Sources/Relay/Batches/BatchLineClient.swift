// A line of a batch as the client of an exchange: no connection, no stream, and nobody who could go away.
//
// What is told of a line is told once. Before a request goes upstream that is written down; a refusal that says "later"
// takes it back; an answer is written down before anybody else hears of it. So whoever finds the journal knows of each
// line whether it is undone, done, or was interrupted.

import Dialects
import EventLoop
import HTTPFraming
package import SessionCore
import Transport

/// A line that is to be run, with all that it takes.
package struct BatchWork: Sendable {
    package let line: BatchLine
    package let endpoint: String
    package let holder: KeyHolder
    /// From where the batch was asked for.
    package let address: [UInt8]
    package let spool: any BatchSpool

    package init(line: BatchLine, endpoint: String, holder: KeyHolder, address: [UInt8], spool: any BatchSpool) {
        self.line = line
        self.endpoint = endpoint
        self.holder = holder
        self.address = address
        self.spool = spool
    }
}

/// How a run of a line ended.
package enum BatchLineEnd: Sendable, Equatable {
    case outcome(BatchOutcome)
    /// It was refused for now; seconds after which to try again, if anybody said.
    case later(BatchLineID, after: Int?, hasAsked: Bool)
}

/// Runs one line.
///
/// Loop-bound.
final class BatchLineClient: ExchangeClient {
    enum Limits {
        /// Of an answer.
        static let bodyBytes = 16 << 20
    }

    /// Statuses that say nothing was done, and that it may be later.
    private static let passing: Set<Int> = [429, 503, 529]

    let head: RequestHead
    let peer: SocketAddress
    let isCongested = false
    var onClientGone: (() -> Void)?
    var onDrained: (() -> Void)?
    private let work: BatchWork
    private let isDraining: () -> Bool
    private var then: ((BatchLineEnd) -> Void)?
    private var hasAsked = false
    private var status = 0
    private var fields = HeaderFields()
    private var body: [UInt8] = []

    init(_ work: BatchWork, isDraining: @escaping () -> Bool, then: @escaping (BatchLineEnd) -> Void) {
        self.work = work
        self.isDraining = isDraining
        self.then = then
        self.head = RequestHead(
            method: .post,
            target: work.endpoint,
            path: work.endpoint,
            fields: HeaderFields([("content-type", "application/json"), ("x-request-id", "\(work.line.id)")]),
            body: .length(work.line.body.count)
        )
        self.peer = SocketAddress(ipBytes: work.address, port: 0) ?? .unspecified
    }

    func readBody(limit: Int, then: @escaping (Result<[UInt8], RequestBodyFailure>) -> Void) {
        then(self.work.line.body.count <= limit ? .success(self.work.line.body) : .failure(.tooLarge))
    }

    func willAsk() -> Bool {
        guard !self.hasAsked else { return true }
        do {
            try self.work.spool.sent(self.work.line.id)
        } catch {
            return false
        }
        self.hasAsked = true
        return true
    }

    /// The batch was accepted by a process that knew the endpoint.
    func refuseEndpoint() {
        self.fail("not_found", "This relay does not know the endpoint.")
    }

    // MARK: The answer

    func respond(_ answer: HTTPAnswer) {
        self.complete(answer.status, answer.fields, answer.body)
    }

    func begin(status: Int, fields: HeaderFields, length: Int?) {
        self.status = status
        self.fields = fields
    }

    func write(_ piece: Span<UInt8>) {
        guard self.then != nil else { return }
        guard self.body.count + piece.count <= Limits.bodyBytes else {
            let gone = self.onClientGone
            self.fail("response_too_large", "The answer is larger than \(Limits.bodyBytes >> 20) MiB.")
            gone?()
            return
        }
        for index in piece.indices { self.body.append(piece[index]) }
    }

    func finish() {
        self.complete(self.status, self.fields, self.body)
    }

    func abort() {
        if self.isDraining() {
            self.fail(BatchFailure.interrupted)
        } else {
            self.fail("bad_gateway", "The provider broke off its answer.")
        }
    }

    private func complete(_ status: Int, _ fields: HeaderFields, _ body: [UInt8]) {
        let isQuota = status == 429 && OpenAIError.parse(body)?.code == "insufficient_quota"
        if self.hasAsked, self.isDraining(), status >= 500 {
            // Cut off by our own end: nobody knows what the provider made of it.
            self.fail(BatchFailure.interrupted)
        } else if Self.passing.contains(status), !isQuota {
            if self.hasAsked { try? self.work.spool.released(self.work.line.id) }
            let seconds = RetryAfter.seconds(in: fields)
            self.end(.later(self.work.line.id, after: seconds, hasAsked: self.hasAsked))
        } else {
            let output = BatchRendering.line(self.work.line, status: status, body: body)
            self.end(BatchOutcome(id: self.work.line.id, isSuccess: (200...299).contains(status), output: output))
        }
    }

    private func fail(_ failure: BatchFailure) { self.fail(failure.code, failure.message) }

    private func fail(_ code: String, _ message: String) {
        let output = BatchRendering.line(self.work.line, code: code, message: message)
        self.end(BatchOutcome(id: self.work.line.id, isSuccess: false, output: output))
    }

    private func end(_ outcome: BatchOutcome) {
        // Where that fails it is still in memory, from where it goes to the store.
        if self.then != nil { try? self.work.spool.ended(outcome) }
        self.end(.outcome(outcome))
    }

    private func end(_ end: BatchLineEnd) {
        let then = self.then
        self.then = nil
        self.body = []
        then?(end)
    }
}

/// Why a line was not answered, in words for its owner.
struct BatchFailure {
    let code: String
    let message: String

    static let interrupted = BatchFailure(
        code: "batch_line_interrupted",
        message: "The relay was stopped while this request was at the provider. Whether it was served is not known, "
            + "so it was not sent again."
    )
    static let expired = BatchFailure(
        code: "batch_expired",
        message: "This request could not be executed before the completion window expired."
    )
    static let cancelled = BatchFailure(
        code: "batch_cancelled",
        message: "The batch was cancelled before this request was executed."
    )
    static let noKey = BatchFailure(
        code: "invalid_api_key",
        message: "The key that asked for this batch does not exist any more."
    )
    static let tooOften = BatchFailure(
        code: "service_unavailable",
        message: "The providers refused this request every time it was tried."
    )
}
