// How much of its rates a client has left, as `x-ratelimit-*` tells it (protocol: http §1.6).

/// The tightest of all rates that apply to a key and a model.
package struct RateStatus: Sendable, Equatable {
    /// One rate at one moment.
    package struct Window: Sendable, Equatable {
        /// Units per minute.
        package var limit: Int
        /// Units to be had now; never below zero.
        package var remaining: Int
        /// Milliseconds until all of `limit` is to be had again, rounded up.
        package var resetMilliseconds: Int

        package init(limit: Int, remaining: Int, resetMilliseconds: Int) {
            self.limit = limit
            self.remaining = remaining
            self.resetMilliseconds = resetMilliseconds
        }

        /// A window of a bucket that was just filled.
        init(_ bucket: TokenBucket) {
            let nanosecondsPerMillisecond: Int64 = 1_000_000
            let wait = bucket.wait(for: bucket.limit)
            limit = bucket.limit
            remaining = max(0, bucket.level)
            resetMilliseconds = Int(wait / nanosecondsPerMillisecond + (wait % nanosecondsPerMillisecond > 0 ? 1 : 0))
        }

        /// Whether this one stops a client sooner than another.
        func isTighter(than other: Window) -> Bool {
            (remaining, -resetMilliseconds) < (other.remaining, -other.resetMilliseconds)
        }
    }

    /// Nil when requests are not limited.
    package var requests: Window?
    /// Nil when tokens are not limited.
    package var tokens: Window?

    package init(requests: Window? = nil, tokens: Window? = nil) {
        self.requests = requests
        self.tokens = tokens
    }

    /// Header fields; none for what is not limited.
    package var fields: [(name: String, value: String)] {
        var fields: [(name: String, value: String)] = []
        if let requests {
            fields.append(("x-ratelimit-limit-requests", String(requests.limit)))
            fields.append(("x-ratelimit-remaining-requests", String(requests.remaining)))
            fields.append(("x-ratelimit-reset-requests", Self.goDuration(milliseconds: requests.resetMilliseconds)))
        }
        if let tokens {
            fields.append(("x-ratelimit-limit-tokens", String(tokens.limit)))
            fields.append(("x-ratelimit-remaining-tokens", String(tokens.remaining)))
            fields.append(("x-ratelimit-reset-tokens", Self.goDuration(milliseconds: tokens.resetMilliseconds)))
        }
        return fields
    }

    /// A duration as Go's `time.Duration` writes it, which is what official clients read: `12ms`, `1.5s`, `6m0s`.
    package static func goDuration(milliseconds: Int) -> String {
        let milliseconds = max(0, milliseconds)
        if milliseconds == 0 { return "0s" }
        if milliseconds < 1_000 { return "\(milliseconds)ms" }
        let (whole, rest) = (milliseconds / 1_000, milliseconds % 1_000)
        var fraction = rest == 0 ? "" : ".\(String(1_000 + rest).dropFirst())"
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let seconds = "\(whole % 60)\(fraction)s"
        if whole < 60 { return seconds }
        let minutes = "\(whole / 60 % 60)m\(seconds)"
        return whole < 3_600 ? minutes : "\(whole / 3_600)h\(minutes)"
    }

    /// Takes another rate into account.
    mutating func include(requests bucket: TokenBucket?, tokens other: TokenBucket?) {
        requests = Self.tighter(requests, bucket)
        tokens = Self.tighter(tokens, other)
    }

    private static func tighter(_ window: Window?, _ bucket: TokenBucket?) -> Window? {
        guard let bucket else { return window }
        let candidate = Window(bucket)
        guard let window, !candidate.isTighter(than: window) else { return candidate }
        return window
    }
}
