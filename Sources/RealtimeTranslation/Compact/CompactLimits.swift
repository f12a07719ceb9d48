// What a conversation in the compact vocabulary may hold.

/// Bounds of the compact vocabulary.
package enum CompactLimits {
    /// The longest first message of somebody who has not shown a key.
    package static let openingBytes = 64 * 1024
    /// The same of somebody who has: instructions and tools can be long.
    package static let knownOpeningBytes = 1024 * 1024
    /// The longest name of a model and the longest credential, in bytes.
    static let nameBytes = 512
    /// Tools of a session.
    static let tools = 128
    /// Parts of one message, text and tool calls, that are told apart; of more, the oldest is ended.
    static let blocks = 64
    /// Text and arguments of one message that are repeated in `message.completed`, in bytes; of more, what the model's own
    /// summary holds.
    static let messageBytes = 1024 * 1024
    /// Tool calls of one message whose results are awaited.
    static let toolCalls = 64
    /// The longest id of a client's event that is told back (realtime §4).
    static let eventIDBytes = 512
}
