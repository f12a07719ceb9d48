// Looks at what passes between a Gemini Live client and its upstream (protocol: realtime §14), which both speak alike: each
// message is looked at when it is whole, and none is held back for it.

import Dialects
import RealtimeTranslation
import Transport
import WebSocketFraming

/// The tap on both ways of one session, and the turn under way.
///
/// A turn begins with the model's first output, and ends with `turnComplete`, or with a call of functions whose cost was told.
/// Of several counts within a turn the last one counts (§14.3).
final class LiveTap {
    /// Bytes of the client's first message, which the model reads before all else.
    let setupBytes: Int
    var isOpen = false
    var wasInterrupted = false
    var usage: RealtimeUsage?
    private var fromClient = LiveCollector()
    private var fromUpstream = LiveCollector()

    init(setupBytes: Int) {
        self.setupBytes = setupBytes
    }

    /// Looks at a piece of the client's; answers when it was a message's last.
    func ask(_ chunk: MessageChunk, in bytes: Span<UInt8>) -> GeminiLiveAsk? {
        if chunk.isFirst, chunk.isLast { return GeminiLiveAsk(bytes.extracting(chunk.payload)) }
        guard let message = self.fromClient.take(chunk, in: bytes) else { return nil }
        return GeminiLiveAsk(message.span)
    }

    /// Looks at a piece of the upstream's; answers when it was a message's last.
    func look(_ chunk: MessageChunk, in bytes: Span<UInt8>) -> GeminiLiveLook? {
        if chunk.isFirst, chunk.isLast { return GeminiLiveLook(bytes.extracting(chunk.payload)) }
        guard let message = self.fromUpstream.take(chunk, in: bytes) else { return nil }
        return GeminiLiveLook(message.span)
    }
}

/// Keeps the pieces of one message, unless there are too many: then the message says nothing.
private struct LiveCollector {
    private var pieces = MessageCollector()
    private var size = 0

    mutating func take(_ chunk: MessageChunk, in bytes: Span<UInt8>) -> [UInt8]? {
        if chunk.isFirst { self.size = 0 }
        self.size += chunk.payload.count
        guard self.size <= EventTap.keptBytes else {
            self.pieces = MessageCollector()
            return chunk.isLast ? [] : nil
        }
        return self.pieces.take(chunk, in: bytes)
    }
}
