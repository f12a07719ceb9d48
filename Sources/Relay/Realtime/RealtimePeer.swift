// What stands at either side of a realtime session: a wire, a wire with a translator before it, or a machine that answers
// in an upstream's place. The relay between two peers need not know which.
//
// Between the peers go events of the OpenAI API's current shape (protocol: realtime §3-§8), unless both are wires that speak
// another thing alike: then their bytes pass as they are.

import SessionCore
import Transport
import WebSocketFraming

/// One side of a realtime session.
///
/// Loop-bound. Tells the relay by `RealtimeRelay.peer(_:said:)`, `peer(_:ended:)` and `drained(_:)`; after `close` or `drop`
/// it tells nothing more.
protocol RealtimePeer: AnyObject {
    var isOpen: Bool { get }
    /// Whether what it was sent still waits to be taken, so that the other side is not to be read.
    var isCongested: Bool { get }
    /// Whether a message to it is unfinished, so that no other may begin (RFC 6455 §5.4).
    var isMidMessage: Bool { get }
    /// Bytes that `forward` is sure not to keep waiting.
    var sendRoom: Int { get }
    var bytesReceived: Int { get }
    /// Whole messages.
    var messagesReceived: Int { get }
    /// Bytes that wait to be taken.
    var bufferedBytes: Int { get }

    /// Says whom it tells; called once, before anything else.
    func attach(_ relay: RealtimeRelay)
    /// Begins to be read.
    func begin()
    /// Takes a piece of a message; `flush` follows in the same turn.
    func forward(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>)
    func flush(in bytes: inout MutableSpan<UInt8>)
    /// Takes a whole event.
    func send(text: [UInt8])
    func send(binary: [UInt8])
    /// Takes an event of the relay's own, ahead of what still waits.
    func overtake(text: [UInt8])
    func pauseReading()
    func resumeReading()
    /// A ping interval has passed.
    func keepAlive()
    func close(code: CloseCode?, reason: String)
    func drop()

    /// Where a response, or the transcription of an item, came from; nil where all come from the session's own route.
    func route(of subject: String) -> RouteTaken?
    /// Whether what its events say nothing of costs nothing: then nothing is estimated.
    var tellsAllUsage: Bool { get }
}

extension RealtimePeer {
    func overtake(text: [UInt8]) { self.send(text: text) }
    func route(of subject: String) -> RouteTaken? { nil }
    var tellsAllUsage: Bool { false }
}

extension WebSocketLeg: RealtimePeer {
    var bufferedBytes: Int { self.channel.spilledBytes }

    func attach(_ relay: RealtimeRelay) { self.handler = relay }

    /// The relay pings both sides with one timer.
    func begin() { self.start(pings: false) }
}
