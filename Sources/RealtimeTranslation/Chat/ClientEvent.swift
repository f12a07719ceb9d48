// A client's event (realtime §4) as far as all of them are alike: one JSON object with a `type`, perhaps an `event_id`.

import Dialects

/// One event.
struct ClientEvent: Equatable {
    let type: String
    /// The client's own name of it, for errors.
    let eventID: String?
    let value: JSONValue

    /// What became of a message.
    enum Reading: Equatable {
        case event(ClientEvent)
        case refused(SessionRefusal, eventID: String?)
    }

    static func read(_ message: [UInt8], limits: ConversationLimits) -> Reading {
        guard message.count <= limits.eventBytes else {
            return .refused(
                .tooMuch("event_too_large", "An event may have at most \(limits.eventBytes) bytes."),
                eventID: nil
            )
        }
        guard holds(message, atMost: limits.eventValues) else {
            return .refused(
                .tooMuch("event_too_large", "An event may have at most \(limits.eventValues) values."),
                eventID: nil
            )
        }
        guard let value = try? JSONParser.parse(message) else {
            return .refused(SessionRefusal(code: "invalid_json", message: "The event is not JSON."), eventID: nil)
        }
        guard value.isObject else {
            return .refused(
                SessionRefusal(code: "invalid_event", message: "An event is a JSON object."),
                eventID: nil
            )
        }
        var eventID: String?
        if let id = value["event_id"], !id.isNull {
            guard let text = id.string else { return .refused(.type("event_id", "a string"), eventID: nil) }
            guard text.utf8.count <= limits.eventIDBytes else {
                let reason = "at most \(limits.eventIDBytes) bytes are taken."
                return .refused(.value("event_id", reason), eventID: nil)
            }
            eventID = text
        }
        guard let type = value["type"] else { return .refused(.missing("type"), eventID: eventID) }
        guard let name = type.string else { return .refused(.type("type", "a string"), eventID: eventID) }
        return .event(ClientEvent(type: name, eventID: eventID, value: value))
    }

    /// Whether a text can hold no more values than that: every one but the first stands behind a comma, a colon or a
    /// bracket that is in no string.
    private static func holds(_ message: [UInt8], atMost limit: Int) -> Bool {
        var count = 1
        var isInString = false
        var isEscaped = false
        for byte in message {
            if isInString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInString = true
            case UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["):
                count += 1
                if count > limit { return false }
            default: break
            }
        }
        return true
    }

    /// Refuses members beside these, `type` and `event_id`.
    func checkMembers(_ allowed: Set<String> = []) throws(SessionRefusal) {
        try SettingsCheck.members(value, of: "", allowed: allowed.union(["type", "event_id"]))
    }

    /// A text that must be there.
    func text(_ name: String) throws(SessionRefusal) -> String {
        guard let member = value[name], !member.isNull else { throw .missing(name) }
        guard let text = member.string else { throw .type(name, "a string") }
        return text
    }

    /// A text that may be there.
    func optionalText(_ name: String) throws(SessionRefusal) -> String? {
        guard let member = value[name], !member.isNull else { return nil }
        guard let text = member.string else { throw .type(name, "a string") }
        return text
    }

    /// A whole number from 0 that must be there.
    func count(_ name: String) throws(SessionRefusal) -> Int {
        guard let member = value[name], !member.isNull else { throw .missing(name) }
        guard let number = member.integer else { throw .type(name, "a whole number") }
        guard number >= 0 else { throw .value(name, "a whole number from 0 is expected.") }
        return number
    }
}
