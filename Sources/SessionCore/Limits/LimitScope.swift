// One thing that limits are counted for: a key, a key together with a model, or an account.

/// Counts of one scope.
struct LimitScope: Sendable {
    /// Nil until the scope has such a limit; kept when the limit goes, in case it comes back.
    private(set) var requests: TokenBucket?
    private(set) var tokens: TokenBucket?
    var budget = BudgetBook()
    /// Realtime sessions that are open.
    var sessions = 0

    /// Brings the buckets up to this moment and to the limits of this moment.
    mutating func prepare(rpm: Int?, tpm: Int?, now: Int64) {
        Self.prepare(&requests, rpm, now)
        Self.prepare(&tokens, tpm, now)
    }

    private static func prepare(_ bucket: inout TokenBucket?, _ limit: Int?, _ now: Int64) {
        guard let limit else { return }
        guard bucket != nil else {
            bucket = TokenBucket(limit: limit, now: now)
            return
        }
        bucket?.change(limit: limit, now: now)
        bucket?.fill(now: now)
    }

    /// Takes one request and as many tokens as there are; what was taken.
    mutating func take(tokens wanted: Int, rpm: Int?, tpm: Int?) -> RateTaken {
        var taken = RateTaken()
        if rpm != nil {
            requests?.take(1)
            taken.requests = 1
        }
        if tpm != nil, let level = tokens?.level {
            let amount = min(wanted, max(0, level))
            tokens?.take(amount)
            taken.tokens = amount
        }
        return taken
    }

    mutating func giveBack(_ taken: RateTaken) {
        requests?.take(-taken.requests)
        if let amount = taken.tokens { tokens?.take(-amount) }
    }

    /// Replaces the tokens that were taken by those that were used.
    mutating func correct(_ taken: RateTaken, used: Int, now: Int64) {
        guard let amount = taken.tokens else { return }
        tokens?.fill(now: now)
        tokens?.take(used - amount)
    }

    /// Whether nothing would be lost if the scope were made anew.
    func isBlank(now: Int64) -> Bool {
        guard sessions == 0, budget == BudgetBook() else { return false }
        return [requests, tokens].allSatisfy { bucket in
            guard var bucket else { return true }
            bucket.fill(now: now)
            return bucket.isFull
        }
    }
}

/// What was taken from one scope's rates.
struct RateTaken: Sendable {
    var requests = 0
    /// Nil when tokens were not limited.
    var tokens: Int?
}
