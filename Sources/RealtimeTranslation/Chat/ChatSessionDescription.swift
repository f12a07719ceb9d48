// What a session is told when it opens; nothing of it changes later.

/// A realtime session of a chat model, as it opens.
package struct ChatSessionDescription: Sendable {
    /// The model as the client calls it.
    package var model: String
    /// Tokens that the model takes, answer included; nil where nobody knows: then nothing is left out of the history.
    package var contextLength: Int?
    package var limits = ConversationLimits()
    /// Letters and digits, at most 16, unique among sessions: the names of items, responses and events are made of it.
    package var identifierBase: String
    /// Seconds since 1970, for `expires_at`.
    package var expiresAt: Int64
    /// What the session object calls the model that transcribes; nil when none is configured, and audio input is refused.
    package var transcriptionModel: String?
    /// The voice that speaks unless the client names one; nil when no synthesis is configured, and audio output is refused.
    package var voice: String?

    package init(model: String, identifierBase: String, expiresAt: Int64) {
        self.model = model
        self.identifierBase = identifierBase
        self.expiresAt = expiresAt
    }

    var canTranscribe: Bool { transcriptionModel != nil }
    var canSpeak: Bool { voice != nil }
}
