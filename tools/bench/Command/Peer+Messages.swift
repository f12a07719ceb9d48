// What arrives: first a head, then messages, each compared with what was sent.

import BenchCore
import WebSocketFraming

extension Peer {
    /// The first bytes of what was gathered, for a complaint.
    var said: String {
        String(decoding: self.gathered.prefix(600), as: UTF8.self)
    }

    /// Looks at all bytes before `end`.
    func arrived(_ bytes: inout MutableSpan<UInt8>, to end: Int) {
        var cursor = 0
        if self.phase == .head { self.gatherHead(bytes.span, &cursor, end) }
        guard self.phase == .opening || self.phase == .open else { return }
        while !self.isEnded {
            switch self.reader.next(&bytes, from: &cursor, to: end) {
            case .needsMore:
                return
            case .data(let range, let endsMessage):
                if self.phase == .opening, self.side == .upstream {
                    self.gather(bytes.span, range)
                    if endsMessage { self.pair() }
                } else {
                    self.compare(bytes.span, range, endsMessage)
                }
            case .control(let opcode, let range, let endsFrame):
                self.gather(bytes.span, range)
                if endsFrame { self.control(opcode) }
            case .violation(let fault):
                self.end("the relay sent no proper frame: \(fault)")
            }
        }
    }

    private func gather(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        guard self.gathered.count <= UpgradeText.headLimit else {
            self.end("far more arrived than was sent")
            return
        }
        for index in range { self.gathered.append(bytes[index]) }
    }

    // MARK: Opening

    private func gatherHead(_ bytes: Span<UInt8>, _ cursor: inout Int, _ end: Int) {
        let before = self.gathered.count
        self.gather(bytes, 0..<min(end, UpgradeText.headLimit))
        guard let length = UpgradeText.headLength(in: self.gathered) else { return }
        let head = String(decoding: self.gathered[..<length], as: UTF8.self)
        switch self.side {
        case .client:
            guard UpgradeText.accepts(head) else {
                self.end("the relay refused: \(self.said)")
                return
            }
            self.phase = .opening
            self.send(self.stage.updateBlock)
        case .upstream:
            guard let answer = UpgradeText.answer(to: head) else {
                self.end("the relay asked for something else: \(self.said)")
                return
            }
            self.phase = .opening
            self.write(answer)
        }
        self.gathered = []
        cursor = length - before
    }

    /// The upstream's first message names the session.
    private func pair() {
        let message = self.gathered
        self.gathered = []
        let name = message.dropFirst(self.stage.updateNameOffset)
        guard let session = HexDigits.value(name.prefix(HexDigits.count)), let client = self.stage.client(session),
            message.count == self.expected.count,
            self.expected.matches(message.span, at: 0, session: session, number: 0)
        else {
            self.end("the first message is not what a client sent: \(String(decoding: message, as: UTF8.self))")
            return
        }
        self.session = session
        self.partner = client
        client.partner = self
        self.beginMessages()
        self.send(self.stage.updatedBlock)
    }

    private func beginMessages() {
        self.phase = .open
        self.expected = self.side == .client ? self.stage.expectedDown : self.stage.expectedUp
        self.expectedNumber = 1
    }

    // MARK: Open

    private func compare(_ bytes: Span<UInt8>, _ range: Range<Int>, _ endsMessage: Bool) {
        let piece = bytes.extracting(range)
        guard
            self.expected.matches(piece, at: self.position, session: self.session, number: self.expectedNumber)
        else {
            self.gather(bytes, range)
            self.end("message \(self.expectedNumber) is damaged at byte \(self.position) or later: \(self.said)")
            return
        }
        self.position += range.count
        guard endsMessage else { return }
        guard self.position == self.expected.count else {
            self.end("message \(self.expectedNumber) ends after \(self.position) bytes")
            return
        }
        self.position = 0
        let number = self.expectedNumber
        self.expectedNumber &+= 1
        if self.phase == .open {
            self.stage.messageArrived(at: self, number: number)
        } else {
            self.beginMessages()
            self.stage.sessionOpened()
        }
    }

    private func control(_ opcode: UInt8) {
        let payload = self.gathered
        self.gathered = []
        switch opcode {
        case 9:
            let key = self.side == .client ? FrameBlock.maskingKey : nil
            let header = FrameHeader(opcode: .pong, payloadLength: payload.count, maskingKey: key)
            let frame = FrameSerializer.frame(header, payload: payload.span)
            if self.block == nil {
                self.write(frame)
            } else {
                self.pongs += frame
            }
        case 8:
            let code = payload.prefix(2).reduce(0) { $0 << 8 | Int($1) }
            self.end("the relay closed with \(code): \(String(decoding: payload.dropFirst(2), as: UTF8.self))")
        default:
            break
        }
    }
}
