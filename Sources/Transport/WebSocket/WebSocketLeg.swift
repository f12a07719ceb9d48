// One WebSocket connection of a session: a channel, the RFC 6455 machine, and the timers the machine must not know.
//
// The leg answers pings, echoes Close frames, sends its own pings, and ends the TCP connection when the closing
// handshake is done (RFC 6455 §7). Messages go to the handler in pieces and in place.

import EventLoop
package import WebSocketFraming

/// A WebSocket connection on a loop, in either role.
package final class WebSocketLeg {
    private enum Phase {
        case open
        /// We sent a Close and wait for the peer's, or for the end of the connection.
        case closing
        case ended
    }

    private enum TimerTag {
        static let ping = 1
        /// Also those above it, which count how often closeTimeout has passed.
        static let close = 2
    }

    // Sessions are many and mostly idle: the fields stand in an order, and have sizes, that keep a leg small.
    package let channel: Channel
    package var handler: (any WebSocketLegHandler)?
    private var connection: WebSocketConnection
    /// Nil unless permessage-deflate was agreed on.
    private let compression: LegCompression?
    package private(set) var bytesReceived = 0
    private var wholeMessages: UInt32 = 0
    private var timer: TimerID?
    package let role: Role
    private var phase = Phase.open
    private var messageAge = MessageAge()
    private var isWaitingForPongs = false
    private var isPingUnanswered = false
    private var isPausedByHandler = false

    /// Takes over a channel whose handshake is done.
    ///
    /// Nothing is read before `start()`.
    package init(channel: Channel, role: Role, limits: WebSocketLimits, deflate: DeflateParameters? = nil) {
        self.channel = channel
        self.role = role
        self.connection = WebSocketConnection(role: role, limits: limits, allowsCompression: deflate != nil)
        self.compression = deflate.map {
            LegCompression($0, role: role, limits: limits, context: channel.context)
        }
        channel.owner = self
    }

    private var context: TransportContext { self.channel.context }
    private var pingInterval: Duration { self.context.limits.pingInterval }
    /// Whole messages, counted modulo 2^32.
    package var messagesReceived: Int { Int(self.wholeMessages) }

    /// Begins to read and, unless the owner says `keepAlive()` in intervals of its own, to ping.
    package func start(pings: Bool = true) {
        guard self.phase == .open else { return }
        if pings {
            self.schedulePing()
        }
        self.channel.resumeReading()
    }

    /// A ping interval has passed: pings the peer, or ends the leg when it has long been silent or at one message.
    ///
    /// What counts is a ping without an answer, not time: a process that was stopped for a while finds old clocks but
    /// answered pings.
    package func keepAlive() {
        guard self.phase == .open else { return }
        // While reading is paused, silence is our own doing.
        if self.isPingUnanswered, !self.channel.isReadingPaused {
            self.tell(.silent)
            self.end()
            self.channel.close()
            return
        }
        if self.ageMessage() {
            self.finish(.policyViolation, "message not finished in time", telling: .messageOverdue)
            return
        }
        self.isPingUnanswered = true
        self.sendPing()
    }

    /// Counts a ping interval; whether the peer has taken longer than `messageTimeout` over a message.
    private func ageMessage() -> Bool {
        // Not while reading is paused: who is not read cannot finish.
        let isUnderWay = self.connection.isMidMessageInbound && !self.channel.isReadingPaused
        let age = self.messageAge.ended(self.pingInterval, messages: isUnderWay ? self.wholeMessages : nil)
        let longest = min(self.context.limits.messageTimeout, MessageAge.greatest)
        return longest > .zero && age >= longest
    }

    package var isOpen: Bool { self.phase == .open }
    package var isCongested: Bool { self.channel.isCongested }
    /// Bytes that `forward` is sure not to spill.
    package var sendRoom: Int { self.compression == nil ? self.channel.sendRoom : 0 }
    /// Whether a fragmented message of ours is unfinished, so that no other may begin (RFC 6455 §5.4).
    package var isMidMessage: Bool { self.connection.isMidMessageOutbound }

    /// Lets messages come to the handler as they came, with `MessageChunk.maskingKey`; a compressed one never does.
    package func leaveMasks() {
        self.connection.leavesMasks = true
    }

    package func pauseReading() {
        self.isPausedByHandler = true
        if self.phase == .open {
            self.channel.pauseReading()
        }
    }

    package func resumeReading() {
        self.isPausedByHandler = false
        self.resumeIfAllowed()
    }

    private func resumeIfAllowed() {
        if let compression = self.compression, compression.pending != nil {
            self.settle(compression.resume { self.deliver($0, in: &$1) })
        }
        if self.phase == .open, !self.isPausedByHandler, !self.isWaitingForPongs {
            if self.channel.isReadingPaused {
                // The silence until now was our own doing; the peer's begins here.
                self.isPingUnanswered = false
            }
            self.channel.resumeReading()
        }
    }

    // MARK: Sending

    /// Frames a piece of a message in place and stages it; `flush` sends it.
    ///
    /// - Parameter floor: the first index that may be overwritten by the frame's header.
    package func forward(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        guard self.phase == .open else { return }
        if let compression = self.compression {
            var chunk = chunk
            chunk.unmask(in: &bytes)
            let isCompressed = compression.deflate(chunk, in: &bytes) { piece, block, input in
                // What was staged before comes first.
                self.channel.flushStaged(in: &input)
                self.frameInPlace(piece, floor: 0, in: &block)
                self.channel.flushStaged(in: &block)
            }
            if !isCompressed { self.frameInPlace(chunk, floor: floor, in: &bytes) }
            return
        }
        self.frameInPlace(chunk, floor: floor, in: &bytes)
    }

    private func frameInPlace(_ chunk: MessageChunk, floor: Int, in bytes: inout MutableSpan<UInt8>) {
        let isMasked = self.role.masksOutbound
        let key = isMasked ? self.channel.nextMaskingKey() : 0
        if let start = self.connection.frame(chunk, floor: floor, in: &bytes, maskingKey: key) {
            self.channel.stage(start..<chunk.payload.upperBound, in: &bytes)
            return
        }
        let header = FrameHeader.encodedLength(payloadLength: chunk.payload.count, masked: isMasked)
        if chunk.payload.lowerBound - header < floor {
            self.forwardCopy(chunk, maskingKey: key, in: &bytes)
        }
    }

    /// Frames a piece that has no room for its header in front of it.
    private func forwardCopy(_ chunk: MessageChunk, maskingKey: UInt32, in bytes: inout MutableSpan<UInt8>) {
        let room = ScratchBlock.headroom
        var copy = [UInt8](repeating: 0, count: room)
        copy.reserveCapacity(room + chunk.payload.count)
        unsafe bytes.span.extracting(chunk.payload).withUnsafeBytes { unsafe copy.append(contentsOf: $0) }
        var moved = chunk
        moved.payload = room..<copy.count
        var span = copy.mutableSpan
        guard let start = self.connection.frame(moved, in: &span, maskingKey: maskingKey) else { return }
        self.channel.flushStaged(in: &bytes)
        self.channel.write(copy.span.extracting(start...))
    }

    /// Sends what was staged.
    package func flush(in bytes: inout MutableSpan<UInt8>) {
        self.channel.flushStaged(in: &bytes)
    }

    /// Sends a whole text message; ignored while a fragmented message is unfinished.
    package func send(text: [UInt8]) {
        guard self.phase == .open, !self.isMidMessage else { return }
        self.channel.write(self.connection.textFrame(text, maskingKey: self.channel.nextMaskingKey()))
    }

    /// Sends a whole binary message; ignored while a fragmented message is unfinished.
    package func send(binary: [UInt8]) {
        guard self.phase == .open, !self.isMidMessage else { return }
        self.channel.write(self.connection.binaryFrame(binary, maskingKey: self.channel.nextMaskingKey()))
    }

    package func sendPing(_ payload: [UInt8] = []) {
        guard self.phase == .open else { return }
        self.channel.write(self.connection.pingFrame(payload, maskingKey: self.channel.nextMaskingKey()))
    }

    // MARK: Ending

    /// Starts the closing handshake; the handler hears nothing more.
    package func close(code: CloseCode?, reason: String) {
        guard self.phase == .open else { return }
        self.handler = nil
        self.phase = .closing
        let key = self.channel.nextMaskingKey()
        if let frame = self.connection.closeFrame(code: code, reason: reason, maskingKey: key) {
            self.channel.write(frame)
        }
        self.setTimer(after: self.context.limits.closeTimeout, tag: TimerTag.close)
        self.channel.resumeReading()
    }

    /// Cuts the connection without a closing handshake.
    package func drop() {
        guard self.phase != .ended else { return }
        self.end()
        self.channel.close()
    }

    /// Sends these bytes as they are, lawful or not, as the last word, and ends the TCP connection; the handler hears nothing
    /// more.
    package func finish(saying bytes: [UInt8]) {
        guard self.phase == .open else { return }
        self.channel.write(bytes)
        self.end()
        self.channel.finish()
    }

    private func end() {
        self.phase = .ended
        self.handler = nil
        if let timer = self.timer {
            self.context.loop.cancel(timer)
            self.timer = nil
        }
    }

    /// Tells the handler, once.
    private func tell(_ end: LegEnd) {
        let handler = self.handler
        self.handler = nil
        handler?.leg(self, ended: end)
    }

    /// RFC 6455 §5.5.1, §7.1.1: answers the peer's Close and ends the connection.
    private func peerClosed(code: CloseCode?, reason: String) {
        self.finish(code, reason, telling: .closed(code: code, reason: reason))
    }

    /// RFC 6455 §7.1.7: fails the connection.
    private func fail(_ violation: WebSocketViolation) {
        self.finish(violation.closeCode, violation.reason, telling: .violation(violation))
    }

    /// Sends a Close as the last word, tells the handler, and ends the TCP connection.
    private func finish(_ code: CloseCode?, _ reason: String, telling end: LegEnd) {
        let key = self.channel.nextMaskingKey()
        if let frame = self.connection.closeFrame(code: code, reason: reason, maskingKey: key) {
            self.channel.write(frame)
        }
        self.tell(end)
        self.end()
        self.channel.finish()
    }

    // MARK: Time

    private func schedulePing() {
        guard self.pingInterval > .zero else { return }
        self.setTimer(after: self.pingInterval, tag: TimerTag.ping)
    }

    private func setTimer(after delay: Duration, tag: Int) {
        if let timer = self.timer {
            self.context.loop.cancel(timer)
        }
        self.timer = self.context.loop.schedule(at: self.context.loop.now + delay, self, tag: tag)
    }
}

extension WebSocketLeg: TimerHandler {
    package func timerFired(tag: Int) {
        self.timer = nil
        switch self.phase {
        case .ended:
            return
        case .closing where self.channel.isCongested && self.mayWait(afterTag: tag):
            // Our Close waits behind what a slow peer is still taking; the channel watches that it does.
            self.setTimer(after: self.context.limits.closeTimeout, tag: tag + 1)
        case .closing:
            self.end()
            self.channel.close()
        case .open:
            self.keepAlive()
            if self.phase == .open {
                self.schedulePing()
            }
        }
    }
}

extension WebSocketLeg {
    /// Whether a peer that is still taking what came before our Close has not had stalledTimeout for it yet.
    private func mayWait(afterTag tag: Int) -> Bool {
        let limits = self.context.limits
        return limits.closeTimeout * (tag - TimerTag.close + 1) < limits.stalledTimeout
    }
}

extension WebSocketLeg: ChannelOwner {
    package func channel(
        _ channel: Channel,
        received bytes: inout MutableSpan<UInt8>,
        from start: Int,
        to end: Int
    ) -> Int {
        self.isPingUnanswered = false
        self.connection.beginControlWindow()
        var cursor = start
        var floor = 0
        var pongs: [UInt8] = []
        // Held for the whole read, not for each message anew; it may be replaced, or let go of, meanwhile.
        var handler = self.handler
        scan: while cursor < end, self.phase != .ended {
            switch self.connection.receive(&bytes, from: &cursor, to: end) {
            case .needsMore:
                break scan
            case .message(let chunk):
                // After our own Close nobody listens; what is compressed is not even inflated.
                guard self.phase == .open else { break }
                // A ping that came before is answered before what an echo makes of this (RFC 6455 §5.5.3).
                self.write(&pongs, in: &bytes)
                self.wholeMessages &+= chunk.isLast ? 1 : 0
                self.bytesReceived &+= chunk.payload.count
                if chunk.compressed {
                    self.inflate(chunk, in: &bytes)
                    if self.compression?.pending != nil { break scan }
                } else {
                    if handler !== self.handler { handler = self.handler }
                    handler?.leg(self, received: chunk, floor: floor, in: &bytes)
                }
            case .ping(let payload):
                self.append(pongFor: payload, in: bytes.span, to: &pongs)
                if self.connection.shouldPauseReading, self.mustWait(for: &pongs, in: &bytes) { break scan }
            case .pong(let payload):
                self.handler?.legReceivedPong(self, payload: bytes.span.extracting(payload))
                if self.connection.shouldPauseReading, self.mustWait(for: &pongs, in: &bytes) { break scan }
            case .close(let code, let reason):
                // What came before the Close is delivered first, and pings before it are owed their pongs (§5.5.2).
                self.handler?.legTurnEnded(self, in: &bytes)
                self.write(&pongs, in: &bytes)
                self.peerClosed(code: code, reason: String(decoding: reason.map { bytes[$0] }, as: UTF8.self))
            case .violation(let violation):
                self.handler?.legTurnEnded(self, in: &bytes)
                self.fail(violation)
            case .finished:
                cursor = end
            }
            floor = cursor
        }
        self.handler?.legTurnEnded(self, in: &bytes)
        self.write(&pongs, in: &bytes)
        return cursor
    }

    // MARK: Compression

    private func inflate(_ chunk: MessageChunk, in bytes: inout MutableSpan<UInt8>) {
        // After our Close nobody wants to know what a message says (RFC 6455 §7.1.2).
        guard self.phase == .open, let compression = self.compression else { return }
        // What came before leaves first: the inflated pieces are in another block.
        self.handler?.legTurnEnded(self, in: &bytes)
        self.settle(compression.inflate(chunk, of: bytes.span) { self.deliver($0, in: &$1) })
    }

    /// Gives an inflated piece to the handler; false when it takes no more for now.
    private func deliver(_ piece: MessageChunk, in block: inout MutableSpan<UInt8>) -> Bool {
        self.handler?.leg(self, received: piece, floor: 0, in: &block)
        self.handler?.legTurnEnded(self, in: &block)
        return !self.isPausedByHandler || self.handler == nil
    }

    private func settle(_ outcome: LegCompression.Outcome) {
        switch outcome {
        case .usedUp, .waiting: break
        case .violation(let violation):
            self.connection.fail()
            self.fail(violation)
        case .exhausted:
            // zlib has no memory, for which the peer is not to blame.
            self.finish(.internalError, "out of memory", telling: .lost(.failed(.outOfMemory)))
        }
    }

    private func append(pongFor payload: Range<Int>, in bytes: Span<UInt8>, to pongs: inout [UInt8]) {
        guard self.phase == .open else { return }
        let key = self.role.masksOutbound ? self.channel.nextMaskingKey() : 0
        pongs += self.connection.pongFrame(bytes.extracting(payload), maskingKey: key)
    }

    private func write(_ pongs: inout [UInt8], in bytes: inout MutableSpan<UInt8>) {
        guard !pongs.isEmpty, self.phase == .open else { return }
        self.channel.flushStaged(in: &bytes)
        self.channel.write(pongs)
        pongs.removeAll(keepingCapacity: true)
    }

    /// The budget for control frames is used up (RFC 6455 §10.4): true when the rest of the input must wait, for the
    /// peer to take its pongs or for the next turn.
    private func mustWait(for pongs: inout [UInt8], in bytes: inout MutableSpan<UInt8>) -> Bool {
        // After our Close no pong is owed (§5.5.2), and closeTimeout bounds what is still read.
        guard self.phase == .open else { return false }
        self.write(&pongs, in: &bytes)
        if self.channel.isCongested {
            self.isWaitingForPongs = true
            self.channel.pauseReading()
            return true
        }
        self.connection.outboundDrained()
        guard self.connection.shouldPauseReading else { return false }
        // The window is full: other connections of this loop go first.
        if !self.isPausedByHandler {
            self.channel.resumeReading()
        }
        return true
    }

    package func channelRoom(_ channel: Channel) -> Int {
        // What is compressed is longer inside than it looks.
        guard self.phase == .open, self.compression == nil else { return 0 }
        return self.handler?.legRoom(self) ?? 0
    }

    package func channelDrained(_ channel: Channel) {
        self.connection.outboundDrained()
        if self.isWaitingForPongs {
            self.isWaitingForPongs = false
            self.resumeIfAllowed()
        }
        self.handler?.legDrained(self)
    }

    package func channel(_ channel: Channel, ended end: ChannelEnd) {
        guard self.phase != .ended else { return }
        self.tell(.lost(end))
        self.end()
        channel.close()
    }
}
