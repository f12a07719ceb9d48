// What one admitted HTTP exchange may use, uses and has used: the permit it holds, and the row it leaves in the ledger.
//
// Settled once, on every way out, and before the client can see the end of its answer: whatever a client saw finished is
// in the ledger. An exchange that reached no upstream leaves a row without tokens and gives everything back.

import Dialects
import EventLoop
import Foundation
import SessionCore
import Transport

/// The meter of one HTTP exchange.
///
/// Loop-bound.
final class ExchangeMeter {
    /// Tokens of an answer for which the client set no bound, as far as they are set aside.
    static let assumedAnswerTokens = 1_024
    /// The largest prompt that is set aside for where the model's context is not known: a body may hold images.
    static let assumedContextTokens = 200_000

    /// How an exchange ended.
    struct Ending {
        var status: LedgerRow.Status
        /// What the client was answered; nil when it went before.
        var httpStatus: Int?
        var usage: ChatUsage?
        /// Bytes of text in the answer, for an estimate.
        var textBytes = 0
    }

    private let shared: RelayShared
    private let loop: EventLoop
    private let holder: KeyHolder
    private let model: Model
    private let permit: Permit
    /// What the request is estimated to hold.
    let promptTokens: Int
    /// Whether the work costs nothing, whatever comes of it.
    private let isFree: Bool
    private let beganAt: MonotonicTime
    private var session: Session
    private var firstByteAt: MonotonicTime?
    private var isSettled = false
    private var isFromCache = false
    /// Whether any upstream may have begun to work.
    private var hasReachedUpstream = false

    private init(
        shared: RelayShared,
        loop: EventLoop,
        holder: KeyHolder,
        model: Model,
        permit: Permit,
        promptTokens: Int,
        isFree: Bool,
        beganAt: MonotonicTime,
        session: Session
    ) {
        self.shared = shared
        self.loop = loop
        self.holder = holder
        self.model = model
        self.permit = permit
        self.promptTokens = promptTokens
        self.isFree = isFree
        self.beganAt = beganAt
        self.session = session
    }

    // MARK: Admit

    /// How large the work may become.
    struct Size {
        var bodyBytes: Int
        var answerTokens: Int?
    }

    /// Asks the limits; without a size the work is a request and costs nothing.
    static func admit(
        _ session: Session,
        holder: KeyHolder,
        model: Model,
        size: Size?,
        beganAt: MonotonicTime,
        shared: RelayShared,
        loop: EventLoop
    ) -> Result<ExchangeMeter, RelayError> {
        let context = model.contextLength ?? Self.assumedContextTokens
        var counts = TokenCounts()
        if let size {
            counts.inputText = min(TokenEstimate.text(bytes: size.bodyBytes), context)
            counts.outputText = min(size.answerTokens ?? Self.assumedAnswerTokens, context)
        }
        let demand = Demand(
            kind: .exchange,
            holder: holder,
            model: model,
            tokens: counts.total,
            costMicroUSD: model.pricing?.costMicroUSD(counts) ?? 0
        )
        let result = shared.limits.admit(demand, now: loop.now.nanoseconds)
        // Refusals are counted where all of them are told.
        if case .success = result { shared.metrics.admission(outcome: RelayMetrics.admitted, kind: .http) }
        return result.map { permit in
            ExchangeMeter(
                shared: shared,
                loop: loop,
                holder: holder,
                model: model,
                permit: permit,
                promptTokens: counts.inputText,
                isFree: size == nil,
                beganAt: beganAt,
                session: session
            )
        }
    }

    // MARK: While it runs

    /// The rates as they are now, for the head of the answer.
    var rateStatus: RateStatus {
        self.shared.limits.status(of: self.holder, model: self.model, now: self.loop.now.nanoseconds)
    }

    func takeRoute(_ candidate: Candidate) {
        self.session.route = RouteTaken(candidate)
    }

    /// An answer of before is given again: in the ledger the cache stands where an upstream does.
    func servedFromCache() {
        self.isFromCache = true
    }

    func reachedUpstream() {
        self.hasReachedUpstream = true
    }

    /// The first byte of the answer's body goes to the client.
    func answerBegan() {
        self.firstByteAt = self.firstByteAt ?? self.loop.now
    }

    // MARK: Settle

    /// Writes the row and settles the permit; only the first call counts.
    func settle(_ ending: Ending) {
        guard !self.isSettled else { return }
        self.isSettled = true
        let (tokens, isEstimated) = self.tokens(ending)
        let cost = self.model.pricing?.costMicroUSD(tokens) ?? 0
        let now = self.loop.now
        let row = LedgerRow(
            kind: .exchange,
            sessionID: "\(self.session.id)",
            turnID: "",
            requestID: "\(self.session.requestID)",
            keyID: self.session.keyID,
            accountID: self.session.accountID,
            model: self.model.id,
            upstream: self.isFromCache ? "cache" : self.session.route?.upstream ?? "",
            upstreamModel: self.session.route?.model ?? "",
            tokens: tokens,
            costMicroUSD: cost,
            isEstimated: isEstimated,
            status: ending.status,
            httpStatus: ending.httpStatus,
            startedAt: Int64(self.session.startedAt.timeIntervalSince1970 * 1_000),
            durationMilliseconds: Self.milliseconds(now - self.beganAt),
            firstByteMilliseconds: self.firstByteAt.map { Self.milliseconds($0 - self.beganAt) }
        )
        self.shared.ledger.append(.row(row))
        self.shared.metrics.turn(row)
        if self.hasReachedUpstream {
            self.permit.settle(tokens: tokens.total, costMicroUSD: cost, now: now.nanoseconds)
        } else {
            self.permit.cancel(now: now.nanoseconds)
        }
    }

    /// What the upstream told, or else an estimate where something was served.
    private func tokens(_ ending: Ending) -> (TokenCounts, isEstimated: Bool) {
        if self.isFree { return (TokenCounts(), false) }
        if let usage = ending.usage, !usage.isEmpty { return (TokenCounts(usage), false) }
        // A refusal is not billed; who broke off, or was broken off, in the middle of the work is.
        let isRefused = ending.status == .failed && ending.textBytes == 0
        guard self.hasReachedUpstream, !isRefused else { return (TokenCounts(), false) }
        var counts = TokenCounts()
        counts.inputText = self.promptTokens
        counts.outputText = TokenEstimate.text(bytes: ending.textBytes)
        return (counts, true)
    }

    private static func milliseconds(_ duration: Duration) -> Int {
        Int(duration.saturatedNanoseconds / 1_000_000)
    }
}

extension TokenCounts {
    /// A chat completion's usage by class; what is cached is text first (protocol: http §1.3).
    init(_ usage: ChatUsage) {
        self.init()
        self.inputAudio = min(usage.promptAudioTokens, usage.promptTokens)
        self.inputImage = min(usage.promptImageTokens, usage.promptTokens - self.inputAudio)
        self.inputText = usage.promptTokens - self.inputAudio - self.inputImage
        self.cachedText = min(usage.cachedTokens, self.inputText)
        self.cachedAudio = min(usage.cachedTokens - self.cachedText, self.inputAudio)
        self.cachedImage = min(usage.cachedTokens - self.cachedText - self.cachedAudio, self.inputImage)
        self.outputAudio = min(usage.completionAudioTokens, usage.completionTokens)
        self.outputText = usage.completionTokens - self.outputAudio
    }
}
