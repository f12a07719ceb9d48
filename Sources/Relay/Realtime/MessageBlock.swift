// A message that is in no loop's block, passed on as if it had just been read: with room for the header of a frame before it.

import EventLoop
import Transport
import WebSocketFraming

/// Takes bytes through what handles pieces of messages.
enum MessageBlock {
    /// Calls `body` with the bytes as the first piece of a message, and its last unless that is told otherwise.
    static func with(
        _ bytes: [UInt8],
        _ kind: MessageKind = .text,
        isLast: Bool = true,
        _ body: (MessageChunk, inout MutableSpan<UInt8>) -> Void
    ) {
        var block = [UInt8](repeating: 0, count: ScratchBlock.headroom)
        block.reserveCapacity(ScratchBlock.headroom + bytes.count)
        block.append(contentsOf: bytes)
        let range = ScratchBlock.headroom..<block.count
        var span = block.mutableSpan
        body(MessageChunk(kind: kind, isFirst: true, isLast: isLast, payload: range), &span)
    }
}
