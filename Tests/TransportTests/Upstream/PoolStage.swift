// An upstream in a test's hands, the pool that dials it, and a handler that writes its answers down.

import EventLoop
import HTTPFraming
import OpenSSLTLS
import TestSupport
import Testing

@testable import Transport

/// Records a response.
final class RecordingResponse: UpstreamResponseHandler {
    private(set) var heads: [ResponseHead] = []
    private(set) var body: [UInt8] = []
    private(set) var endings = 0
    private(set) var failures: [UpstreamFailure] = []
    var onHead: () -> Void = {}
    var onPiece: () -> Void = {}
    var onEnd: () -> Void = {}

    var isOver: Bool { self.endings > 0 || !self.failures.isEmpty }
    var text: String { String(decoding: self.body, as: UTF8.self) }
    var statuses: [Int] { self.heads.map(\.status) }

    func upstreamAnswered(_ head: ResponseHead) {
        self.heads.append(head)
        self.onHead()
    }

    func upstreamSent(_ range: Range<Int>, in bytes: inout MutableSpan<UInt8>) {
        for index in range { self.body.append(bytes[index]) }
        self.onPiece()
    }

    func upstreamEnded() {
        self.endings += 1
        self.onEnd()
    }

    func upstreamFailed(_ failure: UpstreamFailure) {
        self.failures.append(failure)
        self.onEnd()
    }
}

/// A pool and the upstream that it dials.
final class PoolStage {
    let transport: TransportStage
    let listener: ScriptedListener
    let pool: UpstreamPool
    var endpoint: UpstreamEndpoint

    init(isSecure: Bool = false, _ adjust: (inout TransportLimits) -> Void = { _ in }) throws {
        self.transport = try TransportStage(adjust)
        self.listener = try self.transport.stage.listen(tls: isSecure ? Trust.shared().server : nil)
        self.pool = UpstreamPool(context: self.transport.context)
        self.endpoint = UpstreamEndpoint(
            name: "upstream",
            host: "127.0.0.1",
            port: self.listener.port,
            tls: isSecure ? try Trust.shared().client() : nil
        )
    }

    func run(until condition: () -> Bool) -> Bool { self.transport.run(until: condition) }
    func settle() { self.transport.settle() }
    func advance(by duration: Duration) { self.transport.advance(by: duration) }
    func accept() -> ScriptedPeer? { self.transport.stage.accept(self.listener) }

    @discardableResult
    func send(
        _ target: String,
        body: [UInt8] = [],
        method: HTTPMethod = .post,
        to handler: RecordingResponse
    ) -> UpstreamExchange {
        let fields = HeaderFields([("host", "a"), ("content-length", "\(body.count)")])
        let request = UpstreamRequest(method: method, target: target, fields: fields, body: body)
        return self.pool.send(request, to: self.endpoint, handler: handler)
    }

    /// The next request that the upstream hears, with its body.
    func request(at peer: ScriptedPeer) -> WireAnswer? {
        var request: WireAnswer?
        _ = self.run {
            request = request ?? peer.takeAnswer()
            return request != nil
        }
        return request
    }

    /// Sends a request over a new connection, and says `answer`.
    func exchange(
        _ answer: String,
        method: HTTPMethod = .post
    ) throws -> (peer: ScriptedPeer, handler: RecordingResponse) {
        let handler = RecordingResponse()
        self.send("/", method: method, to: handler)
        let peer = try #require(self.accept())
        _ = try #require(self.request(at: peer))
        peer.say(answer)
        return (peer, handler)
    }

    /// Lets the pool go, and checks that nothing is left.
    func expectNothingLeft(sourceLocation: SourceLocation = #_sourceLocation) {
        self.settle()
        self.pool.closeIdle()
        #expect(self.pool.idleCount == 0, sourceLocation: sourceLocation)
        self.transport.expectNothingLeft(sourceLocation: sourceLocation)
    }
}

/// A response of known length.
func ok(_ body: String, _ fields: String = "") -> String {
    "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
}
