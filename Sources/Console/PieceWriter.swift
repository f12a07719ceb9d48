// A long answer, sent in pieces: the next one is read from the store when the client has taken the one before.

import EventLoop
import HTTPFraming
import Logging
import Transport

/// Sends one long answer.
///
/// Loop-bound; kept alive by what it waits for.
final class PieceWriter {
    private let pieces: APIAnswer.Pieces
    private let exchange: ServerExchange
    private let loop: EventLoop
    private let fields: HeaderFields
    private let logger: Logger
    /// What follows when the client has taken what it was sent; nil while nothing waits for that.
    private var waiting: Int64?

    init(
        _ pieces: APIAnswer.Pieces,
        _ exchange: ServerExchange,
        _ loop: EventLoop,
        _ fields: HeaderFields,
        logger: Logger
    ) {
        self.pieces = pieces
        self.exchange = exchange
        self.loop = loop
        self.fields = fields
        self.logger = logger
    }

    func start() {
        self.exchange.begin(status: 200, fields: self.fields)
        guard self.exchange.head.method != .head else {
            self.exchange.finish()
            return
        }
        self.exchange.onDrained = {
            guard let cursor = self.waiting else { return }
            self.waiting = nil
            self.read(after: cursor)
        }
        let first = self.pieces.first
        self.exchange.write(first.span)
        self.read(after: nil)
    }

    private func read(after cursor: Int64?) {
        let next = self.pieces.next
        let isTaken = self.loop.perform { () async -> (bytes: [UInt8], next: Int64?)? in
            try? await next(cursor)
        } then: { piece in
            guard !self.exchange.isDone else { return }
            guard let piece else { return self.giveUp() }
            let bytes = piece.bytes
            self.exchange.write(bytes.span)
            guard let cursor = piece.next else {
                self.exchange.finish()
                return
            }
            if self.exchange.isCongested {
                self.waiting = cursor
            } else {
                self.read(after: cursor)
            }
        }
        if !isTaken { self.giveUp() }
    }

    /// The status is told already: only a connection that breaks off says that something is missing.
    private func giveUp() {
        self.logger.warning("long answer cut", metadata: ["reason": "store_unavailable"])
        self.exchange.abort()
    }
}
