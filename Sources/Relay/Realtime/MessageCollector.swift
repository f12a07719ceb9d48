// Puts the pieces of a peer's messages together, for whoever needs them whole. The bound is that of the leg: it ends a
// connection whose message outgrows it (1009).

import Transport
import WebSocketFraming

/// Collects one message at a time.
struct MessageCollector {
    private var held: [UInt8] = []

    var heldBytes: Int { self.held.count }

    /// Takes a piece; answers with the whole message when it was the last.
    mutating func take(_ chunk: MessageChunk, in bytes: Span<UInt8>) -> [UInt8]? {
        let piece = bytes.extracting(chunk.payload)
        if chunk.isFirst, chunk.isLast { return [UInt8](copying: piece) }
        if chunk.isFirst { self.held = [] }
        unsafe piece.withUnsafeBytes { unsafe self.held.append(contentsOf: $0) }
        guard chunk.isLast else { return nil }
        defer { self.held = [] }
        return self.held
    }
}
