// Stands between an exchange and its client while an answer is on its way, and keeps it when it came whole.
//
// The exchange says when what it sends is the whole answer of an upstream (`isWhole`); only then is the end of it kept.
// A stream that breaks ends for its client as well, but was never called whole.

import Dialects
import EventLoop
import HTTPFraming
import OpenSSLTLS
import SessionCore
import Transport

/// Listens to one answer.
///
/// Loop-bound.
final class CacheRecorder: ExchangeClient {
    /// What belongs to the body rather than to the exchange.
    private static let kept = [
        "content-type", "cache-control", "x-accel-buffering", "x-longwire-dropped", "openai-model",
    ]

    private let client: any ExchangeClient
    private let cache: ResponseCache
    private let name: SHA256Digest
    private let now: () -> Int64
    private var fields: [(name: String, value: String)]?
    private var body: [UInt8] = []
    private var isStream = false
    /// Whether what was settled was a completed answer.
    var isWhole = false

    init(_ client: any ExchangeClient, _ cache: ResponseCache, _ name: SHA256Digest, now: @escaping () -> Int64) {
        self.client = client
        self.cache = cache
        self.name = name
        self.now = now
    }

    var head: RequestHead { self.client.head }
    var peer: SocketAddress { self.client.peer }
    var isCongested: Bool { self.client.isCongested }
    var onClientGone: (() -> Void)? {
        get { self.client.onClientGone }
        set { self.client.onClientGone = newValue }
    }
    var onDrained: (() -> Void)? {
        get { self.client.onDrained }
        set { self.client.onDrained = newValue }
    }

    func willAsk() -> Bool { self.client.willAsk() }

    func readBody(limit: Int, then: @escaping (Result<[UInt8], RequestBodyFailure>) -> Void) {
        self.client.readBody(limit: limit, then: then)
    }

    func respond(_ answer: HTTPAnswer) {
        var answer = answer
        if answer.status == 200 {
            self.begin(answer.fields, isStream: false)
            self.take(answer.body.span)
            self.keep()
            answer.fields.append(CacheWish.field, "miss")
        }
        self.client.respond(answer)
    }

    func begin(status: Int, fields: HeaderFields, length: Int?) {
        var fields = fields
        if status == 200 {
            self.begin(fields, isStream: length == nil)
            fields.append(CacheWish.field, "miss")
        }
        self.client.begin(status: status, fields: fields, length: length)
    }

    func write(_ piece: Span<UInt8>) {
        self.take(piece)
        self.client.write(piece)
    }

    func finish() {
        self.keep()
        self.client.finish()
    }

    func abort() {
        self.forget()
        self.client.abort()
    }

    private func begin(_ fields: HeaderFields, isStream: Bool) {
        self.isStream = isStream
        self.fields = Self.kept.compactMap { name in fields[name].map { (name, $0) } }
    }

    private func take(_ piece: Span<UInt8>) {
        guard self.fields != nil else { return }
        guard self.body.count + piece.count <= self.cache.settings.answerBytes else { return self.forget() }
        for index in piece.indices { self.body.append(piece[index]) }
    }

    private func keep() {
        if self.isWhole, let fields = self.fields, self.isSound {
            let answer = CachedAnswer(fields: fields, body: self.body, isStream: self.isStream, storedAt: self.now())
            self.cache.store(answer, to: self.name)
        }
        self.forget()
    }

    /// What passes is not read, and nonsense with a 200 should not be given twice (`robustness.md` E11).
    ///
    /// Events and arrays were read on their way.
    private var isSound: Bool {
        guard self.body.first == UInt8(ascii: "{") else {
            let type = self.fields?.first { $0.name == "content-type" }?.value ?? ""
            return type.lowercased().hasPrefix("text/event-stream") || self.body.first == UInt8(ascii: "[")
        }
        let body = self.body
        let bytes = body.span
        return (try? TopLevelScanner.members(of: bytes)) != nil
    }

    private func forget() {
        self.fields = nil
        self.body = []
    }
}
