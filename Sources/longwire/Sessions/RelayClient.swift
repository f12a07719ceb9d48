// Calls to a running relay's /api, over the relay's own HTTP client on a loop that lives for one call.

import ArgumentParser
import EventLoop
import Foundation
import HTTPFraming
import Logging
import OpenSSLTLS
import SessionCore
import Transport

/// Speaks to one relay.
struct RelayClient {
    /// A list of as many sessions as a relay tells of, and more.
    private static let answerBytes = 16 << 20

    let base: BaseURL
    let adminKey: Secret?
    let trust: TLSClientConfiguration

    /// Asks for something and returns the `data` of the answer; whatever is no success ends the command.
    func call(_ method: HTTPMethod, _ path: String) async throws -> Any {
        let answer: RelayAnswer
        do {
            answer = try await self.send(method, self.base.pathPrefix + path)
        } catch {
            Console.complain(
                "The relay at \(self.base) does not answer: \(error). Is it running? --url names another address."
            )
            throw ExitCode(Console.unavailableExit)
        }
        let envelope = (try? JSONSerialization.jsonObject(with: Data(answer.body))) as? [String: Any]
        if (200...299).contains(answer.status), let data = envelope?["data"] { return data }
        let told = (envelope?["error"] as? [String: Any])?["message"] as? String
        Console.complain(
            told.map(Shown.oneLine)
                ?? "What answers at \(self.base) is no relay, or one that does not know this: status \(answer.status)."
        )
        throw answer.status >= 500 ? ExitCode(Console.unavailableExit) : ExitCode.failure
    }

    private func send(_ method: HTTPMethod, _ target: String) async throws -> RelayAnswer {
        var endpoint = UpstreamEndpoint(
            name: "relay",
            host: self.base.host,
            port: self.base.port,
            tls: self.base.isSecure ? try TLSContext(client: self.trust) : nil
        )
        endpoint.connectTimeout = .seconds(5)
        endpoint.firstByteTimeout = .seconds(30)
        var fields = HeaderFields([("host", self.base.authority), ("accept", "application/json")])
        if let adminKey { fields.append("authorization", "Bearer \(adminKey.reveal())") }
        let request = UpstreamRequest(method: method, target: target, fields: fields, body: [])
        let group = try EventLoopGroup.start(count: 1)
        let resolver = try Resolver(threads: 1)
        defer {
            resolver.stop()
            group.stop()
        }
        guard let loop = group.loops.first else { throw LoopUnavailable() }
        let (asked, settled) = (endpoint, RelayAnswer.Settlement())
        loop.execute { loop in
            let context = TransportContext(
                loop: loop,
                resolver: resolver,
                limits: TransportLimits(),
                logger: Logger(label: "longwire") { _ in SwiftLogNoOpLogHandler() }
            )
            let collector = AnswerCollector(UpstreamPool(context: context), limit: Self.answerBytes, settled)
            collector.start(request, to: asked)
        }
        return try await settled.answer()
    }
}

/// A whole answer.
struct RelayAnswer: Sendable {
    let status: Int
    let body: [UInt8]

    /// Where the loop puts the answer, and the command waits for it.
    final class Settlement: Sendable {
        private let stream: AsyncStream<Result<RelayAnswer, CallFailure>>
        private let continuation: AsyncStream<Result<RelayAnswer, CallFailure>>.Continuation

        init() {
            (self.stream, self.continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1))
        }

        func settle(_ result: Result<RelayAnswer, CallFailure>) {
            self.continuation.yield(result)
            self.continuation.finish()
        }

        func answer() async throws -> RelayAnswer {
            for await result in self.stream { return try result.get() }
            throw CallFailure(description: "the call was given up")
        }
    }
}

/// Why there is no answer.
struct CallFailure: Error, CustomStringConvertible {
    let description: String
}

/// Collects an answer on the loop.
///
/// Loop-bound; holds itself until the answer is there.
private final class AnswerCollector: UpstreamResponseHandler {
    private let pool: UpstreamPool
    private let limit: Int
    private let settled: RelayAnswer.Settlement
    private var exchange: UpstreamExchange?
    private var itself: AnswerCollector?
    private var status = 0
    private var body: [UInt8] = []

    init(_ pool: UpstreamPool, limit: Int, _ settled: RelayAnswer.Settlement) {
        self.pool = pool
        self.limit = limit
        self.settled = settled
    }

    func start(_ request: UpstreamRequest, to endpoint: UpstreamEndpoint) {
        self.itself = self
        self.exchange = self.pool.send(request, to: endpoint, handler: self)
    }

    func upstreamAnswered(_ head: ResponseHead) {
        self.status = head.status
    }

    func upstreamSent(_ range: Range<Int>, in bytes: inout MutableSpan<UInt8>) {
        let piece = bytes.span.extracting(range)
        guard self.body.count + piece.count <= self.limit else {
            self.exchange?.cancel()
            self.settle(.failure(CallFailure(description: "the answer is larger than \(self.limit) bytes")))
            return
        }
        for index in piece.indices { self.body.append(piece[index]) }
    }

    func upstreamEnded() {
        self.settle(.success(RelayAnswer(status: self.status, body: self.body)))
    }

    func upstreamFailed(_ failure: UpstreamFailure) {
        self.settle(.failure(CallFailure(description: "\(failure.detail)")))
    }

    private func settle(_ result: Result<RelayAnswer, CallFailure>) {
        self.settled.settle(result)
        self.exchange = nil
        self.itself = nil
    }
}
