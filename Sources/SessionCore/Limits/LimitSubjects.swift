// The decision over one demand: the scopes that bound it, side by side, and the first reason to refuse.

/// Everything that bounds one demand, as of one moment.
struct LimitSubjects {
    let demand: Demand
    let key: LimitScope
    let account: LimitScope
    let model: LimitScope

    /// A budget does not come back by waiting; an hour keeps clients that wait anyway from asking every second.
    static let budgetRetrySeconds = 3_600

    /// What may be set aside under all budgets; unbounded without any.
    var moneyLeft: Int64 {
        let record = demand.holder.record
        let left = [
            key.budget.left(of: record.budgetMicroUSD),
            account.budget.left(of: demand.holder.account.limits.budgetMicroUSD),
        ]
        return left.compactMap { $0 }.min() ?? .max
    }

    /// The rates as the refused client sees them.
    var status: RateStatus {
        var status = RateStatus()
        for rate in rates {
            status.include(requests: rate.rpm == nil ? nil : rate.scope.requests, tokens: nil)
            status.include(requests: nil, tokens: rate.tpm == nil ? nil : rate.scope.tokens)
        }
        return status
    }

    /// The first reason to refuse; nil when there is none.
    var refusal: RelayError? {
        guard var error = moneyRefusal ?? (demand.kind == .session ? slotRefusal : rateRefusal) else { return nil }
        error.rateStatus = status
        return error
    }

    private var moneyRefusal: RelayError? {
        let record = demand.holder.record
        if let left = key.budget.left(of: record.budgetMicroUSD), left <= 0 {
            return .quotaExceeded(of: "this API key", retryAfter: Self.budgetRetrySeconds)
        }
        if let left = account.budget.left(of: demand.holder.account.limits.budgetMicroUSD), left <= 0 {
            return .quotaExceeded(of: "the account of this API key", retryAfter: Self.budgetRetrySeconds)
        }
        return nil
    }

    private var slotRefusal: RelayError? {
        if let limit = demand.holder.record.sessions, key.sessions >= limit {
            return .tooManySessions(limit: limit)
        }
        if let limit = demand.holder.account.limits.sessions, account.sessions >= limit {
            return .tooManySessions(limit: limit, of: "The account of this API key")
        }
        return nil
    }

    private struct Rate {
        let scope: LimitScope
        let rpm: Int?
        let tpm: Int?
        let subject: String
    }

    private var rates: [Rate] {
        let (record, limits) = (demand.holder.record, demand.holder.account.limits)
        return [
            Rate(scope: key, rpm: record.rpm, tpm: record.tpm, subject: "this API key"),
            Rate(
                scope: model,
                rpm: demand.model?.limits.rpm,
                tpm: demand.model?.limits.tpm,
                subject: "this API key and model"
            ),
            Rate(scope: account, rpm: limits.rpm, tpm: limits.tpm, subject: "the account of this API key"),
        ]
    }

    /// The rate that has to be waited for longest; what is told is after when all of them would let the demand in.
    private var rateRefusal: RelayError? {
        var longest: (wait: Int64, what: String)?
        for rate in rates {
            let buckets = [
                (rate.rpm == nil ? nil : rate.scope.requests, "requests"),
                (rate.tpm == nil ? nil : rate.scope.tokens, "tokens"),
            ]
            for (bucket, unit) in buckets {
                guard let bucket else { continue }
                let wait = bucket.wait(for: 1)
                guard wait > longest?.wait ?? 0 else { continue }
                longest = (wait, "The limit of \(bucket.limit) \(unit) per minute for \(rate.subject)")
            }
        }
        guard let longest else { return nil }
        let nanosecondsPerSecond: Int64 = 1_000_000_000
        let seconds = Int((longest.wait - 1) / nanosecondsPerSecond + 1)
        return .rateLimited(longest.what, retryAfter: seconds)
    }
}
