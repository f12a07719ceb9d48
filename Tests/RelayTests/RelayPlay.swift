// Whole plays with the relay in the middle: a client and an upstream that say their lines whenever it is their turn,
// whatever goes wrong meanwhile, and write down what they were told.

import TestSupport

@testable import Relay

/// Which play it is.
enum PlayName: CaseIterable, Sendable {
    case realtime
    case realtimeOverTLS
    case chat
    case chatOverTLS

    var isSecure: Bool { self == .realtimeOverTLS || self == .chatOverTLS }

    func begin(on stage: RelayStage) throws -> any RelayPlay {
        switch self {
        case .realtime, .realtimeOverTLS: try RealtimePlay(stage)
        case .chat, .chatOverTLS: try ChatPlay(stage)
        }
    }
}

/// One client and one upstream.
protocol RelayPlay: AnyObject {
    var client: ScriptedPeer { get }
    var upstream: ScriptedPeer? { get }
    /// Says what is to be said now.
    func step()
    /// Whether the relay has let go of everybody it must.
    var isOver: Bool { get }
    /// Whether all came as it should.
    var hasSucceeded: Bool { get }
    /// What was heard that can never be right, whatever failed.
    var flaws: [String] { get }
    /// Sessions that must have been settled, once the play is over.
    var sessionsBegun: ClosedRange<Int> { get }
}

/// Text both ways through a session, which the client closes.
final class RealtimePlay: RelayPlay {
    /// More than one read and one frame header size.
    static let lines = [10, 300, 70_000].map { String(repeating: "x", count: $0) }

    let client: ScriptedPeer
    private(set) var upstream: ScriptedPeer?
    private(set) var flaws: [String] = []
    private let stage: RelayStage
    private var clientHeard: [String] = []
    private var clientHears: [UInt8] = []
    private var upstreamHeard: [String] = []
    private var upstreamHears: [UInt8] = []
    private var statusHeard: Int?
    private var hasAccepted = false
    private var hasClosed = false
    private var codeAtClient: UInt16?
    private var codeAtUpstream: UInt16?

    init(_ stage: RelayStage) throws {
        self.stage = stage
        self.client = try stage.realtimeClient()
    }

    var hasSucceeded: Bool {
        self.clientHeard == Self.lines && self.upstreamHeard == Self.lines
            && self.codeAtClient == 1000 && self.codeAtUpstream == 1000
    }

    var isOver: Bool { self.client.end != nil && (self.upstream == nil || self.upstream?.end != nil) }

    /// An answer that was cut off on its way may or may not have had a session behind it.
    var sessionsBegun: ClosedRange<Int> { self.statusHeard == 101 ? 1...1 : 0...1 }

    func step() {
        self.stepClient()
        self.upstream = self.upstream ?? self.stage.listeners[0].takePeer()
        if let upstream = self.upstream { self.step(upstream) }
    }

    private func stepClient() {
        if self.statusHeard == nil, let head = self.client.takeHead() {
            self.statusHeard = head.status
            if head.status == 101 {
                for line in Self.lines { self.client.say(WireFrame.text(line).masked) }
            } else if !(500...504).contains(head.status), head.status != 408 {
                self.flaws.append("status \(head.status)")
            }
        }
        while self.statusHeard == 101, let frame = self.client.takeFrame() {
            if frame.isMasked { self.flaws.append("the client got a masked frame") }
            switch frame.opcode {
            case 1 where frame.text.hasPrefix("{"): break  // An `error` event.
            case 0, 1: self.hear(frame, &self.clientHears, into: &self.clientHeard)
            case 8: self.codeAtClient = frame.closeCode
            case 9, 10: break
            default: self.flaws.append("the client got opcode \(frame.opcode)")
            }
        }
        if !self.hasClosed, self.clientHeard.count == Self.lines.count, self.upstreamHeard.count == Self.lines.count {
            self.hasClosed = true
            self.client.say(WireFrame.close(1000).masked)
        }
    }

    private func step(_ upstream: ScriptedPeer) {
        if !self.hasAccepted, let head = upstream.takeHead() {
            self.hasAccepted = true
            upstream.say(self.stage.acceptance(of: head))
            for line in Self.lines { upstream.say(WireFrame.text(line).unmasked) }
        }
        while self.hasAccepted, let frame = upstream.takeFrame() {
            if !frame.isMasked { self.flaws.append("the upstream got an unmasked frame") }
            switch frame.opcode {
            case 0, 1: self.hear(frame, &self.upstreamHears, into: &self.upstreamHeard)
            case 8:
                self.codeAtUpstream = frame.closeCode
                upstream.say(WireFrame.close(frame.closeCode).unmasked)
                upstream.finish()
            case 9, 10: break
            default: self.flaws.append("the upstream got opcode \(frame.opcode)")
            }
        }
    }

    /// Messages, in fragments or not, arrive whole, once, and in order, or not at all.
    private func hear(_ frame: WireFrame, _ unfinished: inout [UInt8], into heard: inout [String]) {
        if (frame.opcode == 1) != unfinished.isEmpty { self.flaws.append("a fragment out of place") }
        unfinished += frame.payload
        guard frame.isFinal else { return }
        let text = String(decoding: unfinished, as: UTF8.self)
        unfinished = []
        if heard.count >= Self.lines.count || text != Self.lines[heard.count] {
            self.flaws.append("message \(heard.count) of \(text.utf8.count) bytes")
        }
        heard.append(text)
    }
}

/// A streamed chat completion.
final class ChatPlay: RelayPlay {
    let client: ScriptedPeer
    private(set) var upstream: ScriptedPeer?
    private let stage: RelayStage
    private var hasAnswered = false
    private var answer: WireAnswer?

    init(_ stage: RelayStage) throws {
        self.stage = stage
        self.client = try stage.client(
            "POST",
            ChatScript.path,
            stage.bearer + "Connection: close\r\n",
            body: ChatScript.streamed
        )
    }

    /// The upstream's connection may stay for the next one.
    var isOver: Bool { self.client.end != nil }
    let sessionsBegun = 0...0
    private static let expected = ChatScript.delta + ChatScript.done
    var hasSucceeded: Bool { self.answer?.status == 200 && self.answer?.text == Self.expected }

    var flaws: [String] {
        guard let answer = self.answer else { return [] }
        if answer.status != 200 {
            return (500...504).contains(answer.status) || answer.status == 408 ? [] : ["status \(answer.status)"]
        }
        // A stream ends with [DONE] or with an error, never with both or neither (`robustness.md` E8).
        let isWhole = answer.text == Self.expected
        return isWhole != answer.text.contains("\"error\"") ? [] : ["an answer of \(answer.text)"]
    }

    func step() {
        self.upstream = self.upstream ?? self.stage.listeners[0].takePeer()
        if let upstream = self.upstream, !self.hasAnswered, upstream.takeAnswer() != nil {
            self.hasAnswered = true
            upstream.say(ChatScript.streamHead + ChatScript.chunk(ChatScript.delta))
            upstream.say(ChatScript.chunk(ChatScript.done) + ChatScript.lastChunk)
        }
        self.answer = self.answer ?? self.client.takeAnswer()
    }
}
