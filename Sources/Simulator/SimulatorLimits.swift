// Every bound the simulator holds a peer to.

/// The simulator's limits, in one place.
package enum SimulatorLimits {
    /// The longest `event_id` that is echoed; longer ones are refused.
    package static let eventIDBytes = 512
    /// The longest item id that a client may choose.
    package static let itemIDBytes = 64
    /// Items one conversation may hold.
    package static let conversationItems = 4_096
    /// Bytes of JSON text and audio that one conversation may hold.
    package static let conversationBytes = 64 * 1_024 * 1_024
    /// Bytes of audio that one `append` event may carry (the protocol's documented 15 MiB).
    package static let appendBytes = 15 * 1_024 * 1_024
    /// Bytes of audio that may wait uncommitted.
    package static let inputBufferBytes = 32 * 1_024 * 1_024
    /// Responses that may run at once in one session, out-of-band ones included.
    package static let parallelResponses = 16
    /// Transcriptions that may be under way at once in one session.
    package static let parallelTranscriptions = 64
    /// Tools that one session, response or request may name.
    package static let tools = 128
    /// Tool calls that one answer makes at most.
    package static let parallelCalls = 8
    /// How deep generated tool arguments follow a schema.
    package static let schemaDepth = 6
    /// Members of a schema object that generated arguments fill.
    package static let schemaMembers = 64
    /// Characters of a text that is answered word for word ("say exactly: …").
    package static let exactCharacters = 16_384
    /// Characters of the user's text that the answer's rules look at.
    package static let inspectedCharacters = 8_192
    /// Characters of a text that is to be spoken (the protocol's documented 4,096).
    package static let speechCharacters = 4_096
    /// Messages of one chat request.
    package static let chatMessages = 4_096
    /// Choices of one chat request.
    package static let chatChoices = 8
    /// Pictures that may wait for the end of what the user says in a Gemini Live session; the oldest go.
    package static let liveImages = 16
    /// How long one connection of a Gemini Live session lasts, and how long before its end that is announced.
    package static let liveConnectionNanoseconds: Int64 = 600 * 1_000_000_000
    package static let liveWarningNanoseconds: Int64 = 60 * 1_000_000_000
    /// The same warning where a model's name asks for an early end.
    package static let liveFaultWarningNanoseconds: Int64 = 2 * 1_000_000_000
    /// How long a realtime session lives: the provider's documented 60 minutes.
    package static let sessionNanoseconds: Int64 = 3_600 * 1_000_000_000
}
