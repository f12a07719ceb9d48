// Long answers: read on as the client takes them, and cut, not ended, when the rest cannot be had.

import EventLoop
import Foundation
import HTTPFraming
import Logging
import SessionCore
import TestSupport
import Testing
import Transport

@testable import Console

/// Answers everything with the same pieces.
private final class PieceService: HTTPService {
    let pieces: APIAnswer.Pieces
    let loop: EventLoop

    init(_ pieces: APIAnswer.Pieces, _ loop: EventLoop) {
        self.pieces = pieces
        self.loop = loop
    }

    func handle(_ exchange: ServerExchange) {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        PieceWriter(self.pieces, exchange, self.loop, HeaderFields(), logger: logger).start()
    }

    func answer(to refusal: HTTPRefusal) -> HTTPAnswer { HTTPAnswer(status: 400) }
}

@Suite(.ownThread) struct PieceWriterTests {
    private func serve(_ pieces: APIAnswer.Pieces, _ body: (Stage, ScriptedPeer) throws -> Void) throws {
        let stage = try Stage()
        let context = TransportContext(
            loop: stage.loop,
            resolver: try Resolver(threads: 1),
            limits: TransportLimits(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let server = try HTTPServer(
            address: .loopback(port: 0),
            tls: nil,
            service: PieceService(pieces, stage.loop),
            context: context
        )
        let peer = try stage.connect(to: try #require(server.localAddress))
        peer.say("GET /x HTTP/1.1\r\nHost: localhost\r\n\r\n")
        try body(stage, peer)
        peer.cut()
        server.drain()
        _ = stage.run { stage.calls.openDescriptors.isEmpty }
        #expect(stage.calls.openDescriptors == [])
    }

    @Test("pieces arrive whole and in order, however many")
    func order() throws {
        let pieces = APIAnswer.Pieces(first: Array("0;".utf8)) { cursor throws(RelayError) in
            let number = (cursor ?? 0) + 1
            let bytes = Array(("\(number);" + String(repeating: ".", count: 20_000)).utf8)
            return (bytes, number < 200 ? number : nil)
        }
        try self.serve(pieces) { stage, peer in
            var answer: WireAnswer?
            _ = stage.run {
                answer = answer ?? peer.takeAnswer()
                return answer != nil
            }
            let text = String(decoding: try #require(answer).body, as: UTF8.self).filter { $0 != "." }
            #expect(text == (0...200).map { "\($0);" }.joined())
        }
    }

    @Test("when the store fails midway the connection breaks off without an end")
    func failure() throws {
        let pieces = APIAnswer.Pieces(first: Array("0;".utf8)) { _ throws(RelayError) in throw .internalError() }
        try self.serve(pieces) { stage, peer in
            #expect(stage.run { peer.end != nil })
            #expect(peer.takeAnswer() == nil)
        }
    }
}
