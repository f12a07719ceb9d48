// The client's events (protocol: realtime §4, §15.1).

import Dialects

extension GeminiLiveSession {
    mutating func read(_ event: [UInt8]) {
        guard let type = EventTypeScanner.type(of: event.span) else {
            return refuse(SessionRefusal(code: "invalid_event", message: "The event has no type."), nil)
        }
        if type.matches("input_audio_buffer.append") {
            append(event)
            return begin()
        }
        guard isBearable(event), let tree = try? JSONParser.parse(event), tree.isObject else {
            return refuse(SessionRefusal(code: "invalid_event", message: "The event is not valid JSON."), nil)
        }
        let eventID = tree["event_id"]?.string
        do throws(SessionRefusal) {
            try obey(type.text, tree)
        } catch {
            refuse(error, eventID)
        }
        // A refused update is no reason to go without the next one.
        if type.text != "session.update" { begin() }
    }

    /// The client has begun: the upstream hears of the settings as they are now.
    mutating func begin() {
        hasHeard = true
        setUp()
    }

    /// Whether the event has no more values than may be held as a tree.
    private func isBearable(_ event: [UInt8]) -> Bool {
        var values = 0
        for byte in event where byte == 0x2C || byte == 0x5B || byte == 0x7B { values += 1 }
        return values <= limits.eventValues
    }

    private mutating func obey(_ type: String, _ event: JSONValue) throws(SessionRefusal) {
        switch type {
        case "session.update": try update(event)
        case "input_audio_buffer.commit": try commit()
        case "input_audio_buffer.clear": try clear()
        case "conversation.item.create": try create(event)
        case "conversation.item.retrieve":
            let item = try knownItem(event)
            say("conversation.item.retrieved", ["item": item])
        case "conversation.item.truncate": try truncate(event)
        case "conversation.item.delete":
            throw Self.unsupported(type, "The model's provider keeps the conversation, and takes nothing out of it.")
        case "response.create": try respond(event)
        case "response.cancel": try cancel(event)
        case "output_audio_buffer.clear":
            throw Self.unsupported(type, "There is no output buffer on a WebSocket: stop playing.")
        default:
            throw SessionRefusal(
                code: "invalid_value",
                message: "Invalid value: '\(SessionRefusal.shortened(type))' is no event of a client's.",
                param: "type"
            )
        }
    }

    static func unsupported(_ type: String, _ reason: String) -> SessionRefusal {
        SessionRefusal(code: "unsupported_event", message: "'\(type)': \(reason)", param: "type")
    }

    // MARK: Settings

    private mutating func update(_ event: JSONValue) throws(SessionRefusal) {
        guard let session = event["session"] else { throw .missing("session") }
        let change = try settings.update(session, isSetUp: link.wasSetUp)
        if link.wasSetUp, change.instructions || change.tools {
            hold(LiveSetup.contextUpdate(change, settings))
        }
        if link.wasSetUp, link.isReady {
            say("session.updated", ["session": settings.value])
        } else {
            pendingUpdates += 1
        }
        begin()
    }

    // MARK: Items

    private func knownItem(_ event: JSONValue) throws(SessionRefusal) -> JSONValue {
        guard let id = event["item_id"]?.string else { throw .missing("item_id") }
        guard let item = history.item(id) else {
            throw SessionRefusal(
                code: "item_retrieve_invalid_item_id",
                message: "The item '\(SessionRefusal.shortened(id))' is not known, or no longer.",
                param: "item_id"
            )
        }
        return item
    }

    /// The upstream shortens for itself what it was interrupted in.
    private mutating func truncate(_ event: JSONValue) throws(SessionRefusal) {
        guard let id = event["item_id"]?.string else { throw .missing("item_id") }
        guard let end = event["audio_end_ms"]?.integer else { throw .missing("audio_end_ms") }
        let isSaid = response?.message?.id == id || history.item(id)?["role"] == "assistant"
        guard isSaid else {
            throw SessionRefusal(
                code: "item_truncate_invalid_item_id",
                message: "The item '\(SessionRefusal.shortened(id))' is none that the model has said.",
                param: "item_id"
            )
        }
        say(
            "conversation.item.truncated",
            [
                "item_id": .string(id), "content_index": .integer(event["content_index"]?.integer ?? 0),
                "audio_end_ms": .integer(end),
            ]
        )
    }
}
