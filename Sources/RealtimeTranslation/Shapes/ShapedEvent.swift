// Events that carry something whose shape differs between beta and GA (realtime §4, §5, §11).

internal import Dialects

/// Rewrites events.
enum ShapedEvent {
    /// What a server's event carries.
    enum Subject: Equatable {
        case session
        case item
        case response
        case error

        init?(_ type: EventType) {
            if type.matches("session.created") || type.matches("session.updated")
                || type.matches("transcription_session.created") || type.matches("transcription_session.updated")
            {
                self = .session
            } else if Self.carriesItem(type) {
                self = .item
            } else if type.matches("response.created") || type.matches("response.done") {
                self = .response
            } else if type.matches("error") {
                self = .error
            } else {
                return nil
            }
        }

        private static func carriesItem(_ type: EventType) -> Bool {
            type.matches("conversation.item.added") || type.matches("conversation.item.created")
                || type.matches("conversation.item.retrieved") || type.matches("conversation.item.done")
                || type.matches("response.output_item.added") || type.matches("response.output_item.done")
        }
    }

    /// The event with one member's value changed, and with another type if one is given; nil when nothing changes, or the
    /// event cannot be read.
    ///
    /// `change` answers nil for a value that stays as it is.
    static func changed(
        _ event: [UInt8],
        _ name: String,
        type: String? = nil,
        _ change: (ArraySlice<UInt8>) -> ArraySlice<UInt8>?
    ) -> [UInt8]? {
        guard var object = JSONObjectText(event[...]) else { return nil }
        let changed = object[name].flatMap(change)
        guard changed != nil || type != nil else { return nil }
        if let changed { object[name] = changed }
        if let type { object["type"] = JSONText.quoted(type) }
        return object.text
    }
}
