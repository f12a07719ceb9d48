// What both ends of all exchanges share: the loop, the bytes that are sent again and again, and the count of what has come.

import BenchCore
import EventLoop
import HTTPFraming

/// The load generator's state for HTTP exchanges.
///
/// Belongs to one thread.
final class ChatStage {
    let loop: EventLoop
    let workload: ChatWorkload
    let text: ChatText
    let expectedBody: [UInt8]?
    /// A whole answer, head included.
    let wholeAnswer: [UInt8]
    /// The head of a stream, and all events up to the first piece of text.
    let firstEvents: [UInt8]
    let nextEvent: [UInt8]
    /// The events behind the last piece, and the end of the body.
    let lastEvents: [UInt8]

    private(set) var connectedCount = 0
    private(set) var exchanges = 0
    private(set) var pieces = 0
    private(set) var firstByteTimes = LatencyHistogram()
    private(set) var failure: String?
    private var upstreams: [ObjectIdentifier: ChatUpstream] = [:]
    private var serving: [UInt32: ChatUpstream] = [:]

    init(loop: EventLoop, workload: ChatWorkload) {
        self.loop = loop
        self.workload = workload
        let text = ChatText(workload)
        self.text = text
        self.expectedBody = text.expectedBody
        let whole = text.wholeBody
        self.wholeAnswer =
            Self.head("application/json", "content-length: \(whole.count)") + whole
        self.firstEvents =
            Self.head("text/event-stream", "transfer-encoding: chunked") + Self.chunk(text.opening)
            + Self.chunk(text.piece)
        self.nextEvent = Self.chunk(text.piece)
        self.lastEvents = Self.chunk(text.closing) + ChunkedEncoder.terminator
    }

    var piecesPerAnswer: Int { self.workload.mode == .whole ? 1 : self.workload.chunks }

    private static func head(_ type: String, _ framing: String) -> [UInt8] {
        Array("HTTP/1.1 200 OK\r\ncontent-type: \(type)\r\n\(framing)\r\n\r\n".utf8)
    }

    private static func chunk(_ bytes: [UInt8]) -> [UInt8] {
        ChunkedEncoder.header(count: bytes.count) + bytes + [0x0D, 0x0A]
    }

    /// Remembers the first thing that went wrong.
    func fail(_ reason: String) {
        if self.failure == nil { self.failure = reason }
    }

    func resetCounts() {
        self.exchanges = 0
        self.pieces = 0
        self.firstByteTimes.reset()
    }

    // MARK: Upstream

    func add(_ upstream: ChatUpstream) { self.upstreams[ObjectIdentifier(upstream)] = upstream }
    func remove(_ upstream: ChatUpstream) { self.upstreams[ObjectIdentifier(upstream)] = nil }
    func serves(_ client: UInt32, _ upstream: ChatUpstream) { self.serving[client] = upstream }

    // MARK: Clients

    func clientConnected() { self.connectedCount += 1 }
    func exchangeEnded() { self.exchanges += 1 }
    func firstByte(_ nanoseconds: Int64) { self.firstByteTimes.record(nanoseconds) }

    /// One piece is under way at a time, so that each costs the relay a wake-up, as it does in life.
    func piecesArrived(_ count: Int, at client: ChatClient) {
        self.pieces += count
        guard self.workload.mode == .events else { return }
        self.serving[client.number]?.sendNext()
    }
}

@available(*, unavailable)
extension ChatStage: Sendable {}
