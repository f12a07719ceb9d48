// permessage-deflate on one leg (RFC 7692): what is inflated or deflated on the way through the loop's two blocks for it.
//
// Inflation runs only as far as the far side takes what comes out: a compressed piece that is half used is kept (it is at
// most one read long) until the handler wants more, so that a small message that inflates to a large one costs one block
// at a time.

import EventLoop
import WebSocketFraming

/// The compression state of a leg on which permessage-deflate was agreed.
final class LegCompression {
    /// A compressed piece that is not used up.
    struct Pending {
        var chunk: MessageChunk
        var bytes: [UInt8]
        var cursor: Int
    }

    private var inflation: MessageInflation
    private var deflation: MessageDeflation
    private let context: TransportContext
    private(set) var pending: Pending?

    init(_ parameters: DeflateParameters, role: Role, limits: WebSocketLimits, context: TransportContext) {
        let peer: Role = role == .server ? .client : .server
        self.inflation = MessageInflation(parameters.sent(by: peer), limits: limits)
        self.deflation = MessageDeflation(parameters.sent(by: role), rule: context.deflatePool.settings.rule)
        self.context = context
    }

    /// How inflating a piece came to an end.
    enum Outcome: Equatable {
        case usedUp
        /// The handler takes no more for now; the rest is kept.
        case waiting
        case violation(WebSocketViolation)
        /// zlib has no memory.
        case exhausted
    }

    /// Inflates a compressed piece and gives what comes out to `deliver`, which answers whether it takes more.
    func inflate(
        _ chunk: MessageChunk,
        of bytes: Span<UInt8>,
        deliver: (MessageChunk, inout MutableSpan<UInt8>) -> Bool
    ) -> Outcome {
        var cursor = chunk.payload.lowerBound
        let outcome = self.run(chunk, of: bytes, from: &cursor, deliver)
        if outcome == .waiting {
            let rest = bytes.extracting(cursor..<chunk.payload.upperBound)
            var moved = chunk
            moved.payload = 0..<rest.count
            var copy: [UInt8] = []
            copy.reserveCapacity(rest.count)
            unsafe rest.withUnsafeBytes { unsafe copy.append(contentsOf: $0) }
            self.pending = Pending(chunk: moved, bytes: copy, cursor: 0)
        }
        return outcome
    }

    /// Goes on with the piece that was kept.
    func resume(deliver: (MessageChunk, inout MutableSpan<UInt8>) -> Bool) -> Outcome {
        guard var pending = self.pending else { return .usedUp }
        self.pending = nil
        var cursor = pending.cursor
        let outcome = self.run(pending.chunk, of: pending.bytes.span, from: &cursor, deliver)
        if outcome == .waiting {
            pending.cursor = cursor
            self.pending = pending
        }
        return outcome
    }

    private func run(
        _ chunk: MessageChunk,
        of bytes: Span<UInt8>,
        from cursor: inout Int,
        _ deliver: (MessageChunk, inout MutableSpan<UInt8>) -> Bool
    ) -> Outcome {
        // Each round consumes input or fills the block, and the message limit bounds what can come out.
        while true {
            var outcome: Outcome?
            self.context.inflated.withSpan { block in
                let inflated = self.inflation.inflate(
                    chunk,
                    of: bytes,
                    from: &cursor,
                    into: &block,
                    at: ScratchBlock.headroom,
                    pool: self.context.deflatePool
                )
                switch inflated {
                case .needsMore:
                    outcome = .usedUp
                case .message(let piece):
                    let takesMore = deliver(piece, &block)
                    if piece.isLast {
                        outcome = .usedUp
                    } else if !takesMore {
                        outcome = .waiting
                    }
                case .violation(let violation):
                    outcome = .violation(violation)
                case .exhausted:
                    outcome = .exhausted
                }
            }
            if let outcome { return outcome }
        }
    }

    /// Deflates a piece of an outgoing message; false when it is to go as it is.
    ///
    /// `send` gets what came out with its block, and the input block once more.
    func deflate(
        _ chunk: MessageChunk,
        in bytes: inout MutableSpan<UInt8>,
        send: (MessageChunk, _ block: inout MutableSpan<UInt8>, _ input: inout MutableSpan<UInt8>) -> Void
    ) -> Bool {
        var cursor = chunk.payload.lowerBound
        while true {
            var isDone = false
            var isCompressed = true
            self.context.deflated.withSpan { block in
                let deflated = self.deflation.deflate(
                    chunk,
                    of: bytes.span,
                    from: &cursor,
                    into: &block,
                    at: ScratchBlock.headroom,
                    pool: self.context.deflatePool
                )
                switch deflated {
                case .asItIs:
                    isCompressed = false
                    isDone = true
                case .needsMore:
                    isDone = true
                case .message(let piece):
                    send(piece, &block, &bytes)
                    isDone = piece.isLast
                }
            }
            if isDone { return isCompressed }
        }
    }
}
