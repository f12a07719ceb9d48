// An upstream that is told its model inside the session (realtime §13: GLM-Realtime): every `session.update` toward it carries
// the model that the route names, whatever the client wrote there. A client that speaks of something else first is preceded
// by an update of ours, whose answer it does not hear, since it did not ask.
//
// Nothing that could be read in two ways goes on: of two members of one name nobody knows which the upstream believes, and
// with that which model is billed.

internal import Dialects

/// Names the model to an upstream, ahead of another translator if the upstream needs one.
package struct SessionModel: EventTranslator {
    /// Of the update that is ours.
    private static let eventID = "event_longwire_model"

    private let model: String
    private let isBeta: Bool
    private var inner: (any EventTranslator)?
    private var isNamed = false
    /// Whether the next `session.updated` answers our own update.
    private var awaitsAnswer = false
    private var refusals: UInt64 = 0

    /// Makes a translator.
    ///
    /// `isBeta` is the shape of the events that it is given to send, which `inner` may change to another.
    package init(model: String, isBeta: Bool = false, inner: (any EventTranslator)? = nil) {
        self.model = model
        self.isBeta = isBeta
        self.inner = inner
    }

    package mutating func send(_ event: [UInt8]) -> TranslatedEvents {
        // Sound in binary frames, which some take, is no event.
        guard event.first(where: { !" \t\r\n".utf8.contains($0) }) == UInt8(ascii: "{") else {
            return self.passedOn(event)
        }
        guard let object = JSONObjectText(event[...]), let type = object.string("type") else {
            return self.refused("The event is no JSON object with one 'type'.", eventID: nil)
        }
        switch type {
        case "session.update":
            guard let session = object["session"].flatMap({ JSONObjectText($0) }) else {
                return self.refused("The event's 'session' is no JSON object.", eventID: object.string("event_id"))
            }
            return self.passedOn(self.named(object, session))
        case "transcription_session.update":
            self.isNamed = true
            return self.passedOn(event)
        default:
            guard !self.isNamed else { return self.passedOn(event) }
            self.isNamed = true
            self.awaitsAnswer = true
            var result = self.passedOn(self.ownUpdate)
            let then = self.passedOn(event)
            result.onward += then.onward
            result.back += then.back
            return result
        }
    }

    package mutating func received(_ message: [UInt8]) -> TranslatedEvents {
        var result = self.inner?.received(message) ?? TranslatedEvents(onward: [message])
        guard self.awaitsAnswer else { return result }
        result.onward.removeAll { self.answersOurs($0) }
        return result
    }

    // MARK: Toward the upstream

    private mutating func passedOn(_ event: [UInt8]) -> TranslatedEvents {
        self.inner?.send(event) ?? TranslatedEvents(onward: [event])
    }

    /// A session that transcribes has the model it names there, and no other.
    private mutating func named(_ event: JSONObjectText, _ session: JSONObjectText) -> [UInt8] {
        self.isNamed = true
        var event = event
        var session = session
        session["model"] = session.string("type") == "transcription" ? nil : JSONText.quoted(self.model)
        event["session"] = session.text[...]
        return event.text
    }

    private var ownUpdate: [UInt8] {
        let session: JSONValue =
            self.isBeta ? ["model": .string(self.model)] : ["type": "realtime", "model": .string(self.model)]
        let event: JSONValue = ["type": "session.update", "event_id": .string(Self.eventID), "session": session]
        return event.rendered
    }

    private mutating func refused(_ message: String, eventID: String?) -> TranslatedEvents {
        self.refusals &+= 1
        let event: JSONValue = [
            "type": "error", "event_id": .string("\(Self.eventID)_\(self.refusals)"),
            "error": [
                "type": "invalid_request_error", "code": "invalid_event", "message": .string(message), "param": nil,
                "event_id": .optional(eventID),
            ],
        ]
        return TranslatedEvents(back: [event.rendered])
    }

    // MARK: From the upstream

    private mutating func answersOurs(_ event: [UInt8]) -> Bool {
        guard self.awaitsAnswer, let type = EventTypeScanner.type(of: event.span) else { return false }
        if type.matches("session.updated") {
            self.awaitsAnswer = false
            return true
        }
        // Refused: the client is told, and hears its own updates' answers from now on.
        if type.matches("error"), let error = JSONObjectText(event[...])?["error"].flatMap({ JSONObjectText($0) }),
            error.string("event_id") == Self.eventID
        {
            self.awaitsAnswer = false
        }
        return false
    }
}
