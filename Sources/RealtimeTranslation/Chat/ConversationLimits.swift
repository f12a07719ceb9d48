// What one realtime session of a chat model may hold. Every buffer, list and queue of the machine has its bound here; going
// over one is answered with an `error` event, or with a failed response, that names the bound.

/// Bounds of one conversation with a chat model.
package struct ConversationLimits: Sendable, Equatable {
    /// Items of the conversation.
    package var historyItems = 1_000
    /// Bytes that the conversation's items take, images as base64 included; also of what one answer may say.
    package var historyBytes = 8 << 20
    /// Function calls that no output was given for.
    package var pendingToolCalls = 64
    /// Bytes of the input audio buffer, of audio that an item brings along, and of speech that waits for its turn.
    package var audioBytes = 15 << 20
    /// Sentences that wait to be spoken.
    package var sentences = 64
    /// Bytes of one sentence; a longer one is cut where its words allow.
    package var sentenceBytes = 2_000
    /// Sentences of one response that are synthesised at the same time.
    package var speechesAtOnce = 2
    /// Bytes of the session's settings, and of those that one response is made with: instructions and tools above all.
    package var settingsBytes = 1 << 20
    /// Bytes of one client event.
    package var eventBytes = 16 << 20
    /// Values within one client event, nested ones included: what a tree of it may cost in memory.
    package var eventValues = 200_000
    /// Bytes of a client's `event_id` (realtime §4).
    package var eventIDBytes = 512
    /// Responses with `conversation: "none"` that run at the same time.
    package var outOfBandResponses = 8
    /// Transcriptions that run at the same time.
    package var transcriptions = 8
    /// Tools of a session or a response.
    package var tools = 128
    /// Pairs of a response's metadata (realtime §4), and bytes of their names and values.
    package var metadataPairs = 16
    package var metadataNameBytes = 64
    package var metadataValueBytes = 512

    package init() {}
}
