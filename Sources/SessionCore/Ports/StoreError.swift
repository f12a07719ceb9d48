// What can go wrong with a store, told with its place, the reason and the remedy.

/// A failure of a store.
package enum StoreError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The store cannot be used now: `location` is a path or an address.
    case unavailable(location: String, reason: String, remedy: String)
    /// The store answers, but holds what it must not hold.
    case corrupt(location: String, reason: String, remedy: String)
    /// No such entry.
    case notFound(id: String)
    /// An entry with this id or digest exists.
    case duplicate(id: String)
    /// The key was revoked and cannot come back.
    case revoked(id: String)
    /// More questions at once than may wait for the store.
    case overloaded(limit: Int)

    package var description: String {
        switch self {
        case .unavailable(let location, let reason, let remedy):
            "The store \(location) cannot be used: \(reason). \(remedy)"
        case .corrupt(let location, let reason, let remedy):
            "The store \(location) is damaged: \(reason). \(remedy)"
        case .notFound(let id):
            Self.absence(of: id)
        case .duplicate(let id):
            "\(id), or something else with its name, exists already. Choose another."
        case .revoked(let id):
            "The key \(id) was revoked and stays so. Create a new one with 'longwire keys create'."
        case .overloaded(let limit):
            "More than \(limit) look-ups wait for the store. Try again shortly."
        }
    }

    private static func absence(of id: String) -> String {
        if id.hasPrefix("key_") { return "There is no key \(id). 'longwire keys list' shows those that exist." }
        if id.hasPrefix("mem_") { return "There is no member \(id)." }
        return "There is no account \(id). 'longwire accounts list' shows those that exist."
    }

    /// What a client is told; the particulars are for the log.
    package var refusal: RelayError {
        switch self {
        case .unavailable, .corrupt, .overloaded:
            .serviceUnavailable("API keys cannot be checked at the moment")
        case .notFound, .duplicate, .revoked:
            .internalError()
        }
    }
}
