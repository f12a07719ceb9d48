// Names of events in the two shapes of the OpenAI realtime protocol (realtime §11). Everything that is not listed here
// has the same name in both.

internal import Dialects

/// Which of the two shapes.
enum RealtimeShape: Sendable, Equatable {
    case beta
    case ga
}

/// Renames events.
enum ShapedEventType {
    /// Beginnings of the names of a response's deltas and their ends.
    private static let prefixes: [(beta: StaticString, ga: StaticString)] = [
        ("response.audio.", "response.output_audio."),
        ("response.audio_transcript.", "response.output_audio_transcript."),
        ("response.text.", "response.output_text."),
    ]

    /// The name that an event has in the other shape; nil when it is the same.
    static func renamed(_ type: EventType, to shape: RealtimeShape) -> String? {
        guard type.hasPrefix("response.") else { return nil }
        for (beta, ga) in self.prefixes {
            let (old, new) = shape == .ga ? (beta, ga) : (ga, beta)
            guard type.hasPrefix(old) else { continue }
            return new.description + type.text.dropFirst(old.description.count)
        }
        return nil
    }
}
