// How one key of ours stands with its provider: its breaker, whether the provider still takes it, and for which models it
// has to wait.
//
// A 401 takes the key out until an operator enables it again, or a restart reads it anew: a provider does not forgive a
// revoked key by itself, each request with it would cost a client time, and many refused requests in a row are what gets
// an account blocked. A 403 takes it out in the same way, but for the model that was asked for only: keys are often bound
// to some models, and a client that asks for another must not be able to shut the key out for everybody. Limits of
// providers are counted for each model as well, so a 429 cools the key down for that model; only one that speaks of money
// concerns all of them.

/// One provider key as routing sees it.
package struct ProviderKeyStanding: Sendable, Equatable {
    /// A model for which the key cannot be used now.
    package struct Exclusion: Sendable, Equatable {
        /// What the upstream calls the model.
        package let model: String
        /// Monotonic nanoseconds; nil until an operator enables the key again.
        package let until: Int64?
    }

    private enum Bounds {
        /// Models that are excluded at a time; beyond it the oldest exclusion is forgotten, and learned anew.
        static let exclusions = 64
        /// Seconds that a provider wants when it does not say how many.
        static let limited = 1
        static let outOfQuota = 60
        /// The longest `Retry-After` that is believed, in seconds.
        static let longest = 3_600
    }

    package private(set) var breaker: KeyBreaker
    /// Whether the provider has refused the key itself.
    package private(set) var isDisabled = false
    /// Until when the key has no money at the provider.
    package private(set) var coolsUntil: Int64?
    package private(set) var exclusions: [Exclusion] = []
    private var rules: RoutingPolicy.Breaker

    package init(_ rules: RoutingPolicy.Breaker) {
        self.rules = rules
        breaker = KeyBreaker(rules)
    }

    /// When a key can be used for a model.
    package enum Readiness: Sendable, Equatable {
        case now
        /// The provider limits what may be asked with it until then.
        case cooling(Int64)
        /// Its breaker is open until then.
        case open(Int64)
        /// Not before an operator says so.
        case never

        /// When it can be used again; nil when it can now, or never.
        var time: Int64? {
            switch self {
            case .now, .never: nil
            case .cooling(let time), .open(let time): time
            }
        }

        /// The one of two that comes first.
        func sooner(_ other: Self) -> Self {
            if self == .now || other == .never { return self }
            if other == .now || self == .never { return other }
            return (self.time ?? .max) <= (other.time ?? .max) ? self : other
        }
    }

    package func readiness(for model: String, now: Int64) -> Readiness {
        guard !isDisabled else { return .never }
        var time = coolsUntil ?? now
        if let exclusion = exclusions.first(where: { $0.model == model }) {
            guard let until = exclusion.until else { return .never }
            time = max(time, until)
        }
        if let open = breaker.readyAt(now: now) { return .open(max(time, open)) }
        return time <= now ? .now : .cooling(time)
    }

    /// Lets a request through; nil when it may not go now.
    package mutating func take(for model: String, now: Int64) -> KeyBreaker.Pass? {
        readiness(for: model, now: now) == .now ? breaker.take(now: now) : nil
    }

    /// Takes in how a request that was let through has ended.
    package mutating func ended(_ outcome: AttemptOutcome, for model: String, _ pass: KeyBreaker.Pass, now: Int64) {
        switch outcome {
        case .began:
            // A long answer must not keep a breaker half-open; whether a closed one may forget, its end decides.
            if pass == .probe { breaker.succeeded(pass) }
        case .answered, .unknownModel:
            breaker.succeeded(pass)
        case .limited(let seconds):
            breaker.succeeded(pass)
            exclude(model, until: Self.time(seconds ?? Bounds.limited, after: now), now: now)
        case .outOfQuota(let seconds):
            breaker.succeeded(pass)
            coolsUntil = Self.time(seconds ?? Bounds.outOfQuota, after: now)
        case .keyRefused:
            breaker.succeeded(pass)
            isDisabled = true
        case .modelRefused:
            breaker.succeeded(pass)
            exclude(model, until: nil, now: now)
        case .failed, .tooSlow:
            breaker.failed(pass, now: now)
        case .abandoned:
            breaker.abandoned(pass, now: now)
        }
    }

    /// An operator wants the key to be used again, whatever stood against it.
    package mutating func enable() {
        self = ProviderKeyStanding(rules)
    }

    /// From now on these rules decide; what was learned stays.
    mutating func follow(_ rules: RoutingPolicy.Breaker) {
        self.rules = rules
        breaker.follow(rules)
    }

    private mutating func exclude(_ model: String, until: Int64?, now: Int64) {
        exclusions.removeAll { known in
            known.model == model || known.until.map { $0 <= now } ?? false
        }
        if exclusions.count >= Bounds.exclusions { exclusions.removeFirst() }
        exclusions.append(Exclusion(model: model, until: until))
    }

    private static func time(_ seconds: Int, after now: Int64) -> Int64 {
        now.later(by: Int64(min(max(seconds, 0), Bounds.longest)) * 1_000_000_000)
    }
}
