// A client that speaks the compact vocabulary (README.md beside this folder has all of it), made into one that speaks GA
// (realtime §3-§8): a conversation in text, one answer at a time.
//
// What the client's first message asked for goes to the model's side as `session.update` once that has said that it is
// there, at the latest before whatever the client says next. A message becomes an item and a `response.create`; events that
// the vocabulary has no word for are dropped. What is remembered is bounded by `CompactLimits`.

internal import Dialects

/// Translates for a client of the compact vocabulary.
package struct CompactTranslator: EventTranslator {
    /// A `response.create` that is on its way, with the item it is to answer, by the names we gave to the two events.
    struct Question: Sendable, Equatable {
        let item: String?
        let response: String
        /// What the client calls it.
        let client: String?
        /// The item itself, once it is in the conversation.
        var itemID: String?
    }

    /// The highest number that a realtime model takes for `max_output_tokens` (realtime §3).
    private static let realtimeTokens = 4_096

    let model: String
    private let overRealtime: Bool
    /// Settings that are still to be told.
    private var held: JSONValue?
    /// What the client calls the message that they came with.
    private let openingEventID: String?
    private var identifiers: IdentifierSource
    var say: CompactEvent
    var isOpen = false
    var turn = CompactTurn()
    var question: Question?
    /// An event of our own whose refusal is not told: it takes something back.
    var silent: String?
    /// Whether the message that the question is about was refused.
    var isMessageRefused = false
    /// Tool calls whose results are awaited.
    var awaited: [String] = []
    /// Whether all results came while the message that asked for them was still being said.
    var owesAnswer = false

    /// `overRealtime` says that the model's side is a realtime model and not a chat model: it would refuse a temperature,
    /// which it is not told, and a number of tokens above its own highest, for which it is told that there is no limit.
    package init(_ opening: CompactOpening, identifiers: IdentifierSource, overRealtime: Bool) {
        self.init(
            model: opening.model,
            settings: opening.settings,
            openingEventID: opening.eventID,
            identifiers: identifiers,
            overRealtime: overRealtime
        )
    }

    init(
        model: String,
        settings: JSONValue,
        openingEventID: String? = nil,
        identifiers: IdentifierSource,
        overRealtime: Bool
    ) {
        self.model = model
        self.openingEventID = openingEventID
        self.overRealtime = overRealtime
        self.identifiers = identifiers
        // What is said is text, also by a model that would speak.
        self.held = settings.overlaid(with: ["output_modalities": ["text"]])
        self.say = CompactEvent(conversationID: nil)
        self.say = CompactEvent(conversationID: self.identifiers.next("conv_"))
    }

    /// The settings as an event, the first time.
    mutating func heldUpdate() -> [[UInt8]] {
        guard let settings = self.held else { return [] }
        self.held = nil
        return [self.update(settings, eventID: self.openingEventID).rendered]
    }

    private func update(_ settings: JSONValue, eventID: String?) -> JSONValue {
        var session = JSONValue.object([JSONField("type", "realtime")]).overlaid(with: settings)
        if self.overRealtime {
            session["temperature"] = nil
            if let tokens = session["max_output_tokens"]?.integer, tokens > Self.realtimeTokens {
                session["max_output_tokens"] = "inf"
            }
        }
        return self.event("session.update", ["session": session], eventID: eventID)
    }

    private func event(_ type: String, _ rest: JSONValue, eventID: String?) -> JSONValue {
        var event: JSONValue = ["type": .string(type)]
        event["event_id"] = eventID.map(JSONValue.string)
        return event.overlaid(with: rest)
    }

    // MARK: What the client says

    package mutating func received(_ message: [UInt8]) -> TranslatedEvents {
        guard let event = try? JSONParser.parse(message), event.isObject else { return self.refused(.notJSON) }
        do throws(CompactRefusal) {
            let onward = try self.clientEvents(event).map(\.rendered)
            return TranslatedEvents(onward: self.heldUpdate() + onward)
        } catch {
            var refusal = error
            refusal.eventID = CompactMessage.eventID(event)
            return self.refused(refusal)
        }
    }

    private func refused(_ refusal: CompactRefusal) -> TranslatedEvents {
        TranslatedEvents(back: [self.say.error(refusal).rendered])
    }

    private mutating func clientEvents(_ event: JSONValue) throws(CompactRefusal) -> [JSONValue] {
        let eventID = CompactMessage.eventID(event)
        switch event["type"]?.string {
        case "message", "message.create": return try self.message(event, eventID)
        case "tool_result": return try self.toolResult(event, eventID)
        case "response.cancel": return [self.event("response.cancel", [:], eventID: eventID)]
        case "session.update":
            guard let session = event["session"] else { throw .missing("session") }
            let settings = try CompactSettings.read(session)
            if let other = try CompactSettings.model(session), other != self.model {
                throw .invalid("session.model", "'\(self.model)': the model of a conversation is fixed when it opens")
            }
            return [self.update(settings, eventID: eventID)]
        case let type?:
            throw CompactRefusal(
                code: "invalid_event",
                message: "There is no event '\(type.prefix(64))' in this vocabulary.",
                param: "type"
            )
        case nil: throw .notJSON
        }
    }

    private mutating func message(_ event: JSONValue, _ eventID: String?) throws(CompactRefusal) -> [JSONValue] {
        let item = try CompactMessage.item(event)
        guard item.isAnswered else {
            return [self.event("conversation.item.create", ["item": item.json], eventID: eventID)]
        }
        guard !self.turn.isActive, !self.owesAnswer else {
            throw CompactRefusal(
                code: "conversation_already_has_active_response",
                message: "A message is still being answered: wait for 'message.completed', or send 'response.cancel'."
            )
        }
        self.awaited = []
        let itemEvent = self.identifiers.next("event_")
        return [
            self.event("conversation.item.create", ["item": item.json], eventID: itemEvent),
            self.ask(about: itemEvent, for: eventID),
        ]
    }

    private mutating func toolResult(_ event: JSONValue, _ eventID: String?) throws(CompactRefusal) -> [JSONValue] {
        let callID = try CompactMessage.callID(event)
        guard let index = self.awaited.firstIndex(of: callID) else {
            throw CompactRefusal(
                code: "invalid_value",
                message: "No result is awaited for the tool call '\(callID.prefix(64))'.",
                param: "call_id"
            )
        }
        let item = try CompactMessage.result(event, callID: callID)
        self.awaited.remove(at: index)
        let created = self.event("conversation.item.create", ["item": item], eventID: eventID)
        guard self.awaited.isEmpty else { return [created] }
        guard !self.turn.isActive else {
            self.owesAnswer = true
            return [created]
        }
        return [created, self.ask(about: nil, for: eventID)]
    }

    /// Asks for an answer.
    mutating func ask(about item: String?, for client: String?) -> JSONValue {
        let name = self.identifiers.next("event_")
        self.question = Question(item: item, response: name, client: client)
        self.isMessageRefused = false
        self.turn = CompactTurn()
        self.turn.phase = .asked(name)
        self.owesAnswer = false
        return self.event("response.create", [:], eventID: name)
    }

    /// A name for a message whose response has none.
    mutating func makeMessageID() -> String { self.identifiers.next("msg_") }

    /// A message that was refused is not answered.
    package mutating func mayGoOn(_ event: [UInt8]) -> Bool {
        guard self.isMessageRefused, let type = EventTypeScanner.type(of: event.span),
            type.matches("response.create")
        else { return true }
        self.isMessageRefused = false
        self.question = nil
        self.turn = CompactTurn()
        return false
    }

    /// Takes back a question whose message was not taken.
    mutating func cancelSilently() -> JSONValue {
        self.isMessageRefused = true
        return self.takeBack("response.cancel", [:])
    }

    /// Takes a message out of the conversation that will not be answered.
    mutating func deleteSilently(_ item: String) -> JSONValue {
        self.takeBack("conversation.item.delete", ["item_id": .string(item)])
    }

    private mutating func takeBack(_ type: String, _ rest: JSONValue) -> JSONValue {
        let name = self.identifiers.next("event_")
        self.silent = name
        return self.event(type, rest, eventID: name)
    }
}
