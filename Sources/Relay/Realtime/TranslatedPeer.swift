// A wire whose peer speaks other words than the relay: every message is taken whole, and goes on as what a translator makes
// of it (RealtimeTranslation).

import EventLoop
import RealtimeTranslation
import SessionCore
import Transport
import WebSocketFraming

/// A leg with a translator before it.
///
/// Loop-bound.
final class TranslatedPeer: RealtimePeer {
    private let leg: WebSocketLeg
    private var translator: any EventTranslator
    private weak var relay: RealtimeRelay?
    private var inbound = MessageCollector()
    private var outbound = MessageCollector()

    init(_ leg: WebSocketLeg, _ translator: any EventTranslator) {
        self.leg = leg
        self.translator = translator
    }

    var isOpen: Bool { self.leg.isOpen }
    var isCongested: Bool { self.leg.isCongested }
    var isMidMessage: Bool { false }
    var sendRoom: Int { 0 }
    var bytesReceived: Int { self.leg.bytesReceived }
    var messagesReceived: Int { self.leg.messagesReceived }
    var bufferedBytes: Int {
        self.leg.bufferedBytes + self.inbound.heldBytes + self.outbound.heldBytes
    }

    func attach(_ relay: RealtimeRelay) {
        self.relay = relay
        self.leg.handler = self
    }

    func begin() { self.leg.begin() }

    func forward(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        guard let message = self.outbound.take(chunk, in: bytes.span) else { return }
        self.send(text: message)
    }

    func flush(in bytes: inout MutableSpan<UInt8>) {}

    func send(text: [UInt8]) {
        let events = self.translator.send(text)
        // Whatever the other side hears in answer comes behind what this event said.
        for event in events.onward { self.leg.send(text: event) }
        for event in events.back { self.relay?.peer(self, said: event) }
    }

    func send(binary: [UInt8]) { self.send(text: binary) }
    func pauseReading() { self.leg.pauseReading() }
    func resumeReading() { self.leg.resumeReading() }
    func keepAlive() { self.leg.keepAlive() }
    func close(code: CloseCode?, reason: String) { self.leg.close(code: code, reason: reason) }
    func drop() { self.leg.drop() }
}

extension TranslatedPeer: WebSocketLegHandler {
    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        guard let message = self.inbound.take(chunk, in: bytes.span) else { return }
        let events = self.translator.received(message)
        for event in events.back { self.leg.send(text: event) }
        for event in events.onward where self.translator.mayGoOn(event) { self.relay?.peer(self, said: event) }
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {
        self.relay?.turnEnded(of: self)
    }

    func legDrained(_ leg: WebSocketLeg) { self.relay?.drained(self) }

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) { self.relay?.peer(self, ended: end) }
}
