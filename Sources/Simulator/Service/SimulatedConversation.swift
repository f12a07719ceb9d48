// Runs one simulated realtime session on a leg: whole messages in, outputs and deadlines out.

import EventLoop
import Transport
import WebSocketFraming

/// A simulated realtime session on a socket.
///
/// Loop-bound.
final class SimulatedConversation {
    private var session: any SimulatedSession
    private let leg: WebSocketLeg
    private let connection: UInt64
    private unowned let service: SimulatorService
    private var message: [UInt8] = []
    private var timer: TimerID?
    private var isOver = false

    init(_ session: any SimulatedSession, leg: WebSocketLeg, connection: UInt64, service: SimulatorService) {
        self.session = session
        self.leg = leg
        self.connection = connection
        self.service = service
    }

    private var loop: EventLoop { self.service.context.loop }

    func start() {
        self.leg.handler = self
        self.leg.start()
        self.run(self.session.open(now: self.loop.now.nanoseconds))
    }

    private func run(_ outputs: [SimulatedOutput]) {
        for output in outputs where !self.isOver {
            switch output {
            case .send(let bytes, _):
                self.service.log?.writeMessage(connection: self.connection, .sent, .text, bytes)
                self.leg.send(text: bytes)
            case .sendBinary(let bytes, _):
                self.service.log?.writeMessage(connection: self.connection, .sent, .binary, bytes)
                self.leg.send(binary: bytes)
            case .raw(let bytes, _):
                self.leg.channel.write(bytes)
            case .close(let code, let reason, _):
                self.close(code, reason)
            case .cut:
                self.leg.drop()
                self.end(code: nil, reason: "")
            }
        }
        self.schedule()
    }

    /// Also closes with codes that may not travel, which the framing layer would not send.
    private func close(_ code: UInt16, _ reason: String) {
        let lawful = CloseCode(rawValue: code)
        if CloseCode.isValidOnWire(code) {
            self.leg.close(code: lawful, reason: reason)
        } else {
            let payload = [UInt8(code >> 8), UInt8(code & 255)] + Array(reason.utf8.prefix(123))
            self.leg.finish(saying: [0x88, UInt8(payload.count)] + payload)
        }
        self.end(code: code, reason: reason)
    }

    /// Says that the simulator goes away, and waits for nothing.
    func leave() {
        self.close(CloseCode.goingAway.rawValue, "the simulator is stopping")
        self.leg.drop()
    }

    private func schedule() {
        if let timer = self.timer {
            self.loop.cancel(timer)
            self.timer = nil
        }
        // A peer that takes nothing gets nothing more until it does.
        guard !self.isOver, !self.leg.isCongested, let deadline = self.session.nextDeadline else { return }
        self.timer = self.loop.schedule(at: MonotonicTime(nanoseconds: deadline), self)
    }

    private func end(code: UInt16?, reason: String) {
        guard !self.isOver else { return }
        self.isOver = true
        self.service.log?.write(.closed(connection: self.connection, code: code, reason: reason))
        if let timer = self.timer {
            self.loop.cancel(timer)
            self.timer = nil
        }
        self.service.ended(self)
    }
}

extension SimulatedConversation: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        self.run(self.session.timerFired(now: self.loop.now.nanoseconds))
    }
}

extension SimulatedConversation: WebSocketLegHandler {
    func leg(_ leg: WebSocketLeg, received chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        unsafe bytes.span.extracting(chunk.payload).withUnsafeBytes { unsafe self.message.append(contentsOf: $0) }
        guard chunk.isLast else { return }
        let message = self.message
        self.message = []
        let isBinary = chunk.kind == .binary
        self.service.log?.writeMessage(connection: self.connection, .received, isBinary ? .binary : .text, message)
        self.run(self.session.receive(message, isBinary: isBinary, now: self.loop.now.nanoseconds))
    }

    func legTurnEnded(_ leg: WebSocketLeg, in bytes: inout MutableSpan<UInt8>) {
        if leg.isCongested {
            leg.pauseReading()
        }
    }

    func legDrained(_ leg: WebSocketLeg) {
        leg.resumeReading()
        self.schedule()
    }

    func leg(_ leg: WebSocketLeg, ended end: LegEnd) {
        if case .closed(let code, let reason) = end {
            self.end(code: code?.rawValue, reason: reason)
        } else {
            self.end(code: nil, reason: "")
        }
    }
}
