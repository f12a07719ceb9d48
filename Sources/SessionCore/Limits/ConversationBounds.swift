// What a session that the relay itself holds may keep: a session over a chat model, or one that has not shown its key yet.

/// Bounds of one conversation, as the operator sets them.
package struct ConversationBounds: Sendable, Equatable {
    /// Items that a conversation keeps.
    package var historyItems = 1_000
    /// What they may take together.
    package var historyBytes = 8 << 20
    /// Calls of functions that no output has come for.
    package var pendingToolCalls = 64
    /// Audio that waits for its commit, decoded.
    package var audioBytes = 15 << 20
    /// Sentences that wait to be spoken.
    package var sentences = 64
    /// One event of a client.
    package var eventBytes = 16 << 20
    /// Sockets of one address that have not shown a key.
    package var unauthenticatedPerAddress = 4

    package init() {}
}
