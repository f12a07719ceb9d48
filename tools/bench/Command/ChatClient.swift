// A client of the HTTP measurements: asks, checks the answer to its last byte, asks again.

import BenchCore
import EventLoop
import HTTPFraming

/// A client with one exchange under way.
///
/// Belongs to the thread of its loop.
final class ChatClient {
    private let stage: ChatStage
    let number: UInt32
    private let request: [UInt8]
    private var wire: HTTPWire?
    private var parser: ResponseParser
    private var decoder: BodyDecoder?
    private var check: AnswerCheck
    /// The head as far as it has come.
    private var gathered: [UInt8] = []
    private var sentAt = MonotonicTime(nanoseconds: 0)
    private var hasFirstByte = false

    init(_ number: UInt32, stage: ChatStage, headers: [String], host: String) {
        self.stage = stage
        self.number = number
        self.request = stage.text.request(host: host, headers: headers, client: number)
        self.parser = ResponseParser(limits: .response, requestMethod: .post)
        self.check = AnswerCheck(expected: stage.expectedBody)
    }

    func connect(_ descriptor: CInt) throws {
        self.wire = try HTTPWire(descriptor, isConnecting: true, loop: self.stage.loop, owner: self)
    }

    private func ask() {
        self.parser = ResponseParser(limits: .response, requestMethod: .post)
        self.decoder = nil
        self.check = AnswerCheck(expected: self.stage.expectedBody)
        self.gathered = []
        self.hasFirstByte = false
        self.sentAt = MonotonicTime.now()
        self.wire?.write(self.request)
    }

    private func fail(_ reason: String) {
        self.stage.fail("client \(self.number): \(reason)")
        self.wire?.close()
    }

    private func takeHead(_ bytes: Span<UInt8>, from cursor: inout Int) throws {
        let before = self.gathered.count
        for index in cursor..<bytes.count { self.gathered.append(bytes[index]) }
        guard let (head, consumed) = try self.parser.parse(bytes.extracting(cursor..<bytes.count)) else {
            cursor = bytes.count
            return
        }
        cursor += consumed
        guard head.status == 200 else {
            self.fail("was answered \(String(decoding: self.gathered, as: UTF8.self))")
            return
        }
        self.gathered.removeLast(self.gathered.count - before)
        self.decoder = BodyDecoder(head.body, limits: .response)
    }

    private func tellPieces(since before: Int) {
        if self.check.pieces > before { self.stage.piecesArrived(self.check.pieces - before, at: self) }
    }

    private func takeBody(_ bytes: Span<UInt8>, from cursor: inout Int) throws {
        guard var decoder = self.decoder else { return }
        let before = self.check.pieces
        while true {
            switch try decoder.next(bytes, from: &cursor, to: bytes.count) {
            case .needsMore:
                self.decoder = decoder
                self.tellPieces(since: before)
                return
            case .data(let range):
                if !self.hasFirstByte {
                    self.hasFirstByte = true
                    self.stage.firstByte((MonotonicTime.now() - self.sentAt).nanoseconds)
                }
                guard self.check.take(bytes.extracting(range)) else {
                    self.fail("byte \(self.check.count) or a later one is not what was sent")
                    return
                }
            case .end:
                self.decoder = nil
                self.tellPieces(since: before)
                guard self.check.isWhole(pieces: self.stage.piecesPerAnswer) else {
                    self.fail("an answer ended after \(self.check.pieces) pieces, \(self.check.count) bytes")
                    return
                }
                self.stage.exchangeEnded()
                self.ask()
                return
            }
        }
    }
}

extension ChatClient: HTTPWireOwner {
    func connected() {
        self.stage.clientConnected()
        self.ask()
    }

    func received(_ bytes: Span<UInt8>) {
        var cursor = 0
        do {
            if self.decoder == nil { try self.takeHead(bytes, from: &cursor) }
            if self.decoder != nil { try self.takeBody(bytes, from: &cursor) }
        } catch {
            self.fail("the answer is no HTTP: \(error)")
        }
    }

    func ended(_ reason: String) {
        self.fail(reason)
    }
}

extension Duration {
    fileprivate var nanoseconds: Int64 {
        let parts = self.components
        return parts.seconds &* 1_000_000_000 &+ parts.attoseconds / 1_000_000_000
    }
}

@available(*, unavailable)
extension ChatClient: Sendable {}
