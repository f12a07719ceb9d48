// What becomes of a conversation that outgrows the model's context (realtime §3, `truncation`).

import Dialects

/// How a conversation is cut.
enum Truncation: Sendable, Equatable {
    /// The oldest turns are left out, as few as will do.
    case auto
    /// Nothing is left out: the response fails.
    case disabled
    /// The oldest turns are left out for good, down to this share of what the conversation may have.
    case retention(ratio: Double, tokens: Int?)

    /// Reads a `truncation`; absent and null are `auto`.
    init(_ value: JSONValue?, at path: String) throws(SessionRefusal) {
        guard let value, !value.isNull else {
            self = .auto
            return
        }
        if let word = value.string {
            switch word {
            case "auto": self = .auto
            case "disabled": self = .disabled
            default: throw .value(path, "supported are 'auto', 'disabled' and a retention ratio.")
            }
            return
        }
        guard value.isObject else { throw .type(path, "a string or an object") }
        try SettingsCheck.members(value, of: path, allowed: ["type", "retention_ratio", "token_limits"])
        guard value["type"] == "retention_ratio" else {
            throw .value("\(path).type", "supported is 'retention_ratio'.")
        }
        guard let ratio = value["retention_ratio"] else { throw .missing("\(path).retention_ratio") }
        guard let number = ratio.double, (0...1).contains(number) else {
            throw .value("\(path).retention_ratio", "a number from 0 to 1 is expected.")
        }
        self = .retention(ratio: number, tokens: try Self.tokens(value["token_limits"], at: "\(path).token_limits"))
    }

    private static func tokens(_ value: JSONValue?, at path: String) throws(SessionRefusal) -> Int? {
        guard let value, !value.isNull else { return nil }
        try SettingsCheck.members(value, of: path, allowed: ["post_instructions"])
        guard let limit = value["post_instructions"], !limit.isNull else { return nil }
        guard let number = limit.integer, number >= 1 else {
            throw .value("\(path).post_instructions", "a whole number from 1 is expected.")
        }
        return number
    }
}
