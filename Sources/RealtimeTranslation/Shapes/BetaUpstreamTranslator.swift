// An upstream that speaks the older, flat shape (realtime §11: Azure's preview, most compatible providers §13), made into
// one that speaks GA.
//
// Beta tells an item once, GA that it was added and that it is done: an item that is complete when it comes is told both
// ways at once, one in progress is done when `response.output_item.done`, or at the latest `response.done`, says so.
// What some providers say in GA's words already (xAI) goes on as it is, and so does everything unknown.

internal import Dialects

/// Translates for a beta upstream.
package struct BetaUpstreamTranslator: EventTranslator {
    private var openItems = OpenItems()

    package init() {}

    package mutating func send(_ event: [UInt8]) -> TranslatedEvents {
        TranslatedEvents(onward: [self.clientEvent(event) ?? event])
    }

    package mutating func received(_ message: [UInt8]) -> TranslatedEvents {
        TranslatedEvents(onward: self.serverEvents(message) ?? [message])
    }

    /// The beta event; nil when it is the same.
    private func clientEvent(_ event: [UInt8]) -> [UInt8]? {
        guard let type = EventTypeScanner.type(of: event.span) else { return nil }
        if type.matches("session.update") {
            let isTranscription = SessionShape.isTranscription(JSONObjectText(event[...])?["session"])
            let name = isTranscription ? "transcription_session.update" : nil
            return ShapedEvent.changed(event, "session", type: name, SessionShape.flattened)
        }
        if type.matches("conversation.item.create") {
            return ShapedEvent.changed(event, "item") { ItemShape.renamed($0, to: .beta) }
        }
        if type.matches("response.create") {
            return ShapedEvent.changed(event, "response", ResponseShape.flattened)
        }
        return nil
    }

    /// The GA events; nil when it is the same.
    private mutating func serverEvents(_ message: [UInt8]) -> [[UInt8]]? {
        guard let type = EventTypeScanner.type(of: message.span) else { return nil }
        if let name = ShapedEventType.renamed(type, to: .ga) {
            return RealtimeEventText.renamed(message, to: name).map { [$0] }
        }
        switch ShapedEvent.Subject(type) {
        case .session: return self.sessionEvent(message, type).map { [$0] }
        case .item: return self.itemEvents(message, type)
        case .response: return self.responseEvents(message, type)
        case .error:
            return ShapedEvent.changed(message, "error") { ParameterName.renamed(inError: $0, to: .ga) }.map { [$0] }
        case nil: return nil
        }
    }

    private func sessionEvent(_ message: [UInt8], _ type: EventType) -> [UInt8]? {
        let prefix: StaticString = "transcription_"
        let isTranscription =
            type.hasPrefix(prefix) || SessionShape.isTranscription(JSONObjectText(message[...])?["session"])
        let name = type.hasPrefix(prefix) ? String(type.text.dropFirst(prefix.description.count)) : nil
        return ShapedEvent.changed(message, "session", type: name) {
            SessionShape.nested($0, isTranscription: isTranscription, keepsTemperature: true)
        }
    }

    private mutating func itemEvents(_ message: [UInt8], _ type: EventType) -> [[UInt8]]? {
        guard var event = JSONObjectText(message[...]) else { return nil }
        event.change("item") { ItemShape.renamed($0, to: .ga) }
        if type.matches("conversation.item.created") { return self.createdEvents(event) }
        guard type.matches("response.output_item.done"), let item = event["item"],
            let done = self.openItems.done(item, eventID: event["event_id"])
        else { return [event.text] }
        return [done, event.text]
    }

    private mutating func createdEvents(_ event: JSONObjectText) -> [[UInt8]] {
        var added = event
        added["type"] = JSONText.quoted("conversation.item.added")
        let item = event["item"].flatMap { JSONObjectText($0) }
        if let item, item.string("status") == "in_progress", let id = item.string("id"),
            self.openItems.open(id, after: event["previous_item_id"])
        {
            return [added.text]
        }
        var done = event
        done["type"] = JSONText.quoted("conversation.item.done")
        done.change("event_id", DerivedEventID.next)
        return [added.text, done.text]
    }

    private mutating func responseEvents(_ message: [UInt8], _ type: EventType) -> [[UInt8]]? {
        guard var event = JSONObjectText(message[...]) else { return nil }
        event.change("response") { ResponseShape.nested($0, keepsTemperature: true) }
        var events: [[UInt8]] = []
        var eventID = event["event_id"]
        if type.matches("response.done"), let response = event["response"],
            let output = JSONObjectText(response)?["output"]
        {
            for item in JSONText.elements(output) ?? [] {
                guard let done = self.openItems.done(item, eventID: eventID) else { continue }
                events.append(done)
                eventID = eventID.map(DerivedEventID.next)
            }
        }
        return events + [event.text]
    }
}
