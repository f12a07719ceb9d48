// The first message of a Gemini Live client, `setup` (protocol: realtime §14.2), which names the model: the only part of it that
// a relay changes.

import Dialects

/// A setup as the client sent it.
package struct GeminiLiveSetup: Sendable, Equatable {
    /// The model's name without `models/` or what else stands before its last part.
    package let model: String
    /// What the conversation is told before it begins, in bytes: all of the setup.
    package var bytes: Int { message.count }
    private let message: [UInt8]
    /// Where the name stands, quotation marks included.
    private let place: Range<Int>

    /// Reads a whole first message; nil if it is no setup that names a model, once.
    package init?(_ message: [UInt8]) {
        let span = message.span
        guard let outer = try? TopLevelScanner.members(of: span), outer.count == 1, let setup = outer.first,
            setup.isNamed("setup", in: span), setup.kind == .object,
            let members = try? TopLevelScanner.members(of: span, in: setup.value)
        else { return nil }
        let named = members.filter { $0.isNamed("model", in: span) }
        guard let member = named.first, named.count == 1, let name = member.string(in: span) else { return nil }
        let last = name.split(separator: "/").last.map(String.init) ?? ""
        guard !last.isEmpty else { return nil }
        model = name.hasPrefix("models/") ? String(name.dropFirst("models/".utf8.count)) : last
        place = member.value
        self.message = message
    }

    /// The same message with another model, and not a byte changed beside.
    package func message(naming model: String) -> [UInt8] {
        var changed = Array(message[..<place.lowerBound])
        changed.append(contentsOf: JSONString.bytes(model))
        changed.append(contentsOf: message[place.upperBound...])
        return changed
    }
}
