// What a leg tells its handler, and the ways in which a leg ends.

package import WebSocketFraming

/// How a leg came to its end.
package enum LegEnd: Equatable, Sendable {
    /// The peer sent a Close frame; the leg answers it by itself. The code is nil when the frame carried none.
    case closed(code: CloseCode?, reason: String)
    /// The peer broke the protocol; the leg closes with the violation's code by itself.
    case violation(WebSocketViolation)
    /// The connection ended without a Close frame (RFC 6455 §7.1.5: 1006).
    case lost(ChannelEnd)
    /// Nothing was heard for two ping intervals.
    case silent
    /// A message was begun and not finished within `messageTimeout`; the leg closes with 1008 by itself.
    case messageOverdue
}

/// What handles the messages of a leg.
///
/// Loop-bound.
package protocol WebSocketLegHandler: AnyObject {
    /// A piece of a message, unmasked and checked, at `chunk.payload` of the loop's input block.
    ///
    /// Where the leg was told to leave masks on, `chunk.maskingKey` may still lie over it.
    ///
    /// - Parameter floor: everything from here to the payload is free for the header of a frame made in place.
    func leg(
        _ leg: WebSocketLeg,
        received chunk: MessageChunk,
        floor: Int,
        in bytes: inout MutableSpan<UInt8>
    )

    /// All that one read brought has been told; what was staged elsewhere must be flushed now.
    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>)

    /// The kernel took everything that had waited for this leg's peer.
    func legDrained(_ leg: WebSocketLeg)

    /// Bytes of messages that are passed on without waiting if they come now; zero when nobody can tell.
    func legRoom(_ leg: WebSocketLeg) -> Int

    /// A pong came, asked for or not; most handlers need not know.
    func legReceivedPong(_ leg: WebSocketLeg, payload: Span<UInt8>)

    /// Called exactly once unless `close` or `drop` was called first; nothing is told afterwards.
    func leg(_ leg: WebSocketLeg, ended end: LegEnd)
}

extension WebSocketLegHandler {
    package func legRoom(_ leg: WebSocketLeg) -> Int { 0 }
    package func legReceivedPong(_ leg: WebSocketLeg, payload: Span<UInt8>) {}
}
