// Whom an exchange answers: a client's connection, or whatever else asks a model for something in HTTP's words.

import EventLoop
import HTTPFraming
import Transport

/// What an exchange needs of its client.
///
/// Loop-bound. Order of an answer: `respond`, or `begin`, `write` any number of times, then `finish` or `abort`.
protocol ExchangeClient: AnyObject {
    var head: RequestHead { get }
    var peer: SocketAddress { get }
    /// Whether bytes of the answer still wait to be taken.
    var isCongested: Bool { get }
    /// Called when the client went away before the answer was complete.
    var onClientGone: (() -> Void)? { get set }
    /// Called when bytes that had waited are all taken.
    var onDrained: (() -> Void)? { get set }

    /// An upstream is about to be asked; false when it must not be.
    func willAsk() -> Bool
    /// Collects the whole body, at most `limit` bytes of it, and calls `then` once, maybe at once.
    func readBody(limit: Int, then: @escaping (Result<[UInt8], RequestBodyFailure>) -> Void)
    /// Takes a whole answer.
    func respond(_ answer: HTTPAnswer)
    /// Takes the head of an answer whose body follows in pieces; `length` when it is known how long that is.
    func begin(status: Int, fields: HeaderFields, length: Int?)
    func write(_ piece: Span<UInt8>)
    func finish()
    /// Ends an answer that cannot be completed, so that nobody takes it for whole.
    func abort()
}

extension ServerExchange: ExchangeClient {
    package func willAsk() -> Bool { true }
}
