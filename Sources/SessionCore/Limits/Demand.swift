// What somebody asks of the limits, before it is done.

/// A wish to do one piece of work.
package struct Demand: Sendable {
    package enum Kind: Sendable, Equatable {
        /// One HTTP exchange: a request, its tokens, its money.
        case exchange
        /// One realtime session for as long as it is open: a slot. Its turns are demands of their own.
        case session
        /// One turn of a realtime session: a request, its tokens, its money.
        case turn
    }

    package var kind: Kind
    package var holder: KeyHolder
    /// Whose limits per key and model count; nil while a session has no model.
    package var model: Model?
    /// Tokens that the work will use, as well as that is known before.
    package var tokens: Int
    /// What it will cost, as well as that is known before.
    package var costMicroUSD: Int64

    package init(kind: Kind, holder: KeyHolder, model: Model?, tokens: Int = 0, costMicroUSD: Int64 = 0) {
        self.kind = kind
        self.holder = holder
        self.model = model
        self.tokens = max(0, tokens)
        self.costMicroUSD = max(0, costMicroUSD)
    }
}
