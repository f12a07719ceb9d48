// Events of the model's side that the compact vocabulary has words for (realtime §5); all others are dropped unread.
//
// Text comes in events of three names, and some providers keep the older two (§11, §13).

internal import Dialects

/// What an event is about.
enum CompactServerEvent: Sendable, Equatable {
    /// The first of a session.
    case sessionThere
    case responseCreated
    case responseDone
    /// An item came into the conversation.
    case heard
    case itemAdded
    case itemDone
    /// A piece of text, or of what is said aloud.
    case text
    /// The whole of a text.
    case textDone
    /// A piece of a tool call's arguments.
    case arguments
    case argumentsDone
    case error

    init?(_ type: EventType) {
        if Self.isText(type, "delta") {
            self = .text
        } else if Self.isText(type, "done") {
            self = .textDone
        } else if type.matches("response.function_call_arguments.delta") {
            self = .arguments
        } else if type.matches("response.function_call_arguments.done") {
            self = .argumentsDone
        } else if type.matches("response.output_item.added") {
            self = .itemAdded
        } else if type.matches("response.output_item.done") {
            self = .itemDone
        } else if type.matches("response.created") {
            self = .responseCreated
        } else if type.matches("response.done") {
            self = .responseDone
        } else if type.matches("conversation.item.added") || type.matches("conversation.item.created") {
            self = .heard
        } else if type.matches("error") {
            self = .error
        } else if type.matches("session.created") || type.matches("session.updated")
            || type.matches("conversation.created")
        {
            self = .sessionThere
        } else {
            return nil
        }
    }

    private static let texts: [StaticString] = [
        "response.output_text.", "response.output_audio_transcript.", "response.text.", "response.audio_transcript.",
    ]

    private static func isText(_ type: EventType, _ end: StaticString) -> Bool {
        self.texts.contains { prefix in
            type.hasPrefix(prefix) && type.count == prefix.utf8CodeUnitCount + end.utf8CodeUnitCount
                && type.text.hasSuffix(end.description)
        }
    }
}
