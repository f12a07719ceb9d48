// The first message of a client that speaks the compact vocabulary: which model it wants, with which settings, and who it
// is, if the upgrade did not say so.
//
//     {"type":"session.update","session":{"model":"…","instructions":"…","api_key":"…"}}
//
// It comes from somebody unknown: nothing is kept of it but what is read here, and the credential goes no further than the
// check of it.

package import Dialects

/// What a first message asks for.
package struct CompactOpening: Equatable, Sendable {
    package let model: String
    /// The key, without the word Bearer; nil when the message carries none.
    package let credential: String?
    /// Members of a GA session (realtime §3): the settings, without type and model.
    package let settings: JSONValue
    /// The client's own name for the message.
    package let eventID: String?

    /// Reads a whole message; throws what is to be told to the client before the connection is closed.
    ///
    /// `isKnown` says that the client has shown a key before.
    package init(_ message: [UInt8], isKnown: Bool = false) throws(CompactRefusal) {
        let limit = isKnown ? CompactLimits.knownOpeningBytes : CompactLimits.openingBytes
        guard message.count <= limit else {
            throw CompactRefusal(
                code: "request_too_large",
                message: "The first message must not be longer than \(limit) bytes."
            )
        }
        let event: JSONValue
        do throws(JSONSyntaxError) {
            event = try JSONParser.parse(message)
        } catch {
            throw .notJSON
        }
        guard event.isObject else { throw .notJSON }
        self.eventID = CompactMessage.eventID(event)
        do throws(CompactRefusal) {
            guard event["type"]?.string == "session.update" else {
                throw CompactRefusal(
                    code: "invalid_event",
                    message: "The first message must be 'session.update' with 'session.model'.",
                    param: "type"
                )
            }
            guard let session = event["session"] else { throw .missing("session") }
            self.settings = try CompactSettings.read(session)
            guard let model = try CompactSettings.model(session) else { throw .missing("session.model") }
            self.model = model
            self.credential = try Self.credential(event, session)
        } catch {
            var refusal = error
            refusal.eventID = self.eventID
            throw refusal
        }
    }

    private static func credential(_ event: JSONValue, _ session: JSONValue) throws(CompactRefusal) -> String? {
        var found: String?
        for (value, path, isHeader) in [
            (session["api_key"], "session.api_key", false), (event["api_key"], "api_key", false),
            (event["authorization"], "authorization", true), (session["authorization"], "session.authorization", true),
        ] {
            guard let value, !value.isNull else { continue }
            let key = value.string.flatMap { isHeader ? self.bearer($0) : $0 }
            guard let key, !key.isEmpty, key.utf8.count <= CompactLimits.nameBytes else {
                throw .invalid(path, isHeader ? "'Bearer' and a key" : "a key")
            }
            guard found == nil || found == key else {
                throw CompactRefusal(
                    code: "invalid_value",
                    message: "The first message carries two different credentials.",
                    param: path
                )
            }
            found = key
        }
        return found
    }

    /// RFC 6750 §2.1; the word is known in any case (RFC 9110 §11.1).
    private static func bearer(_ text: String) -> String? {
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
        return String(parts[1])
    }
}
