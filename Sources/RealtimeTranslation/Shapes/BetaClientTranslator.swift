// A client that speaks the older, flat shape (realtime §11), made into one that speaks GA.
//
// An event that cannot be read goes on as it came: the upstream answers it, as it would answer a GA client. Unknown events
// and unknown members go on too (§13). Renaming a delta touches the value of `type` and reads nothing behind it.

internal import Dialects

/// Translates for a beta client.
package struct BetaClientTranslator: EventTranslator {
    private let keepsTemperature: Bool

    /// `keepsTemperature` lets `temperature` through to whoever takes it as an extension; GA servers refuse it.
    package init(keepsTemperature: Bool = false) {
        self.keepsTemperature = keepsTemperature
    }

    package mutating func received(_ message: [UInt8]) -> TranslatedEvents {
        TranslatedEvents(onward: [self.clientEvent(message) ?? message])
    }

    package mutating func send(_ event: [UInt8]) -> TranslatedEvents {
        guard let type = EventTypeScanner.type(of: event.span) else { return TranslatedEvents(onward: [event]) }
        // The beta shape tells an item once.
        if type.matches("conversation.item.done") { return TranslatedEvents() }
        return TranslatedEvents(onward: [self.serverEvent(event, type) ?? event])
    }

    /// The GA event; nil when it is the same.
    private func clientEvent(_ message: [UInt8]) -> [UInt8]? {
        guard let type = EventTypeScanner.type(of: message.span) else { return nil }
        if type.matches("session.update") {
            return ShapedEvent.changed(message, "session") { self.nested($0, isTranscription: false) }
        }
        if type.matches("transcription_session.update") {
            return ShapedEvent.changed(message, "session", type: "session.update") {
                self.nested($0, isTranscription: true)
            }
        }
        if type.matches("conversation.item.create") {
            return ShapedEvent.changed(message, "item") { ItemShape.renamed($0, to: .ga) }
        }
        if type.matches("response.create") {
            return ShapedEvent.changed(message, "response") {
                ResponseShape.nested($0, keepsTemperature: self.keepsTemperature)
            }
        }
        return nil
    }

    private func nested(_ session: ArraySlice<UInt8>, isTranscription: Bool) -> ArraySlice<UInt8>? {
        SessionShape.nested(
            session,
            isTranscription: isTranscription,
            keepsTemperature: self.keepsTemperature
        )
    }

    /// The beta event; nil when it is the same.
    private func serverEvent(_ event: [UInt8], _ type: EventType) -> [UInt8]? {
        if let name = ShapedEventType.renamed(type, to: .beta) {
            return RealtimeEventText.renamed(event, to: name)
        }
        switch ShapedEvent.Subject(type) {
        case .session:
            let isTranscription = SessionShape.isTranscription(JSONObjectText(event[...])?["session"])
            let name = isTranscription ? "transcription_\(type.text)" : nil
            return ShapedEvent.changed(event, "session", type: name, SessionShape.flattened)
        case .item:
            let name = type.matches("conversation.item.added") ? "conversation.item.created" : nil
            return ShapedEvent.changed(event, "item", type: name) { ItemShape.renamed($0, to: .beta) }
        case .response:
            return ShapedEvent.changed(event, "response", ResponseShape.flattened)
        case .error:
            return ShapedEvent.changed(event, "error") { ParameterName.renamed(inError: $0, to: .beta) }
        case nil:
            return nil
        }
    }
}
