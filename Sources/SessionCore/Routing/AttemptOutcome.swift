// What became of one request to a provider, as far as routing cares: whose failure it was, and whether anybody else, or
// the same again, may do better. The table is that of the HTTP reference, §6.

/// How an attempt at a provider ended.
package enum AttemptOutcome: Sendable, Equatable {
    /// The head of a good answer has come; how it ends is told separately.
    case began
    /// An answer: a session, a whole response, or a refusal that is the client's own doing.
    case answered
    /// 404: this upstream does not have the model; another one may.
    case unknownModel
    /// 429: the key has asked too much of this model; seconds as in `Retry-After`.
    case limited(retryAfter: Int?)
    /// 402, or 429 that speaks of money: nothing works with this key for a while.
    case outOfQuota(retryAfter: Int?)
    /// 401: the key does not count at the provider.
    case keyRefused
    /// 403: the key counts, but not for this model.
    case modelRefused
    /// The upstream could not be reached, failed (5xx), broke off or talked nonsense.
    case failed(retryAfter: Int?)
    /// The upstream did not answer in time: asking it once more would take as long again.
    case tooSlow
    /// The client left first, or we had no room to ask: says nothing about anybody.
    case abandoned

    /// What a refusal means; `code` is the provider's word for it.
    package init(status: Int, code: String? = nil, retryAfter: Int? = nil) {
        switch status {
        case 401: self = .keyRefused
        case 400 where code == "API_KEY_INVALID": self = .keyRefused
        case 403: self = .modelRefused
        case 402: self = .outOfQuota(retryAfter: retryAfter)
        case 429:
            self = code == "insufficient_quota" ? .outOfQuota(retryAfter: retryAfter) : .limited(retryAfter: retryAfter)
        case 404: self = .unknownModel
        case 408, 504: self = .tooSlow
        case 400...499: self = .answered
        default: self = .failed(retryAfter: retryAfter)
        }
    }

    /// Whether the work may go on elsewhere, or here again.
    package var mayGoOn: Bool {
        switch self {
        case .began, .answered, .abandoned: false
        case .unknownModel, .limited, .outOfQuota, .keyRefused, .modelRefused, .failed, .tooSlow: true
        }
    }

    /// How much the error that came with it tells a client, compared with those of other attempts.
    ///
    /// What only concerns keys of ours comes last, and what says when to come back first.
    package var weight: Int {
        switch self {
        case .keyRefused, .modelRefused, .abandoned, .began: 0
        case .tooSlow, .failed: 1
        case .unknownModel: 2
        case .limited, .outOfQuota: 3
        case .answered: 4
        }
    }
}
