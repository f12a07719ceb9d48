// A service in a test's hands, and a server around it.

import EventLoop
import HTTPFraming
import OpenSSLTLS
import TestSupport
import Testing

@testable import Transport

/// Keeps the exchanges it is given, and answers as the test says.
final class ScriptedService: HTTPService {
    private(set) var exchanges: [ServerExchange] = []
    private(set) var targets: [String] = []
    private(set) var refusals: [HTTPRefusal] = []
    /// Called with each exchange; by default it is answered with its own target.
    var onExchange: (ServerExchange) -> Void = { exchange in
        exchange.respond(HTTPAnswer(status: 200, body: Array(exchange.head.target.utf8)))
    }

    func handle(_ exchange: ServerExchange) {
        self.exchanges.append(exchange)
        self.targets.append(exchange.head.target)
        self.onExchange(exchange)
    }

    func answer(to refusal: HTTPRefusal) -> HTTPAnswer {
        self.refusals.append(refusal)
        switch refusal {
        case .violation(let violation): return HTTPAnswer(status: violation.status, body: Array(violation.code.utf8))
        case .timeout: return HTTPAnswer(status: 408, body: Array("timeout".utf8))
        }
    }

    /// Lets go of the exchanges, as a service does that has answered.
    func forget() {
        self.exchanges = []
    }
}

/// A server on a stage.
final class ServerStage {
    let transport: TransportStage
    let service = ScriptedService()
    let server: HTTPServer

    init(tls: TLSContext? = nil, _ adjust: (inout TransportLimits) -> Void = { _ in }) throws {
        self.transport = try TransportStage(adjust)
        self.server = try HTTPServer(
            address: .loopback(port: 0),
            tls: tls,
            service: self.service,
            context: self.transport.context
        )
    }

    var address: SocketAddress { self.server.localAddress ?? .unspecified }

    func run(until condition: () -> Bool) -> Bool { self.transport.run(until: condition) }
    func settle() { self.transport.settle() }
    func advance(by duration: Duration) { self.transport.advance(by: duration) }

    func connect(tls: TLSContext? = nil) throws -> ScriptedPeer {
        try self.transport.stage.connect(to: self.address, tls: tls)
    }

    /// The exchange that the service was given as this one, counted from zero.
    func exchange(_ index: Int) throws -> ServerExchange {
        let exchanges = self.service.exchanges
        return try #require(exchanges.indices.contains(index) ? exchanges[index] : nil)
    }

    /// A client that has said something.
    func client(saying text: String) throws -> ScriptedPeer {
        let peer = try self.connect()
        peer.say(text)
        return peer
    }

    /// The next whole answer that a client hears.
    func answer(to peer: ScriptedPeer, hasBody: Bool = true) -> WireAnswer? {
        var answer: WireAnswer?
        _ = self.run {
            answer = answer ?? peer.takeAnswer(hasBody: hasBody)
            return answer != nil
        }
        return answer
    }

    /// Stops listening, lets every client go, and checks that nothing is left.
    func expectNothingLeft(_ clients: ScriptedPeer..., sourceLocation: SourceLocation = #_sourceLocation) {
        self.server.drain()
        for client in clients { client.cut() }
        _ = self.run { self.transport.loop.registrationCount == 0 }
        #expect(self.server.connectionCount == 0, sourceLocation: sourceLocation)
        self.transport.expectNothingLeft(sourceLocation: sourceLocation)
    }
}

/// A GET request.
func get(_ target: String, _ fields: String = "") -> String {
    "GET \(target) HTTP/1.1\r\nHost: a\r\n\(fields)\r\n"
}

/// A POST request with a body of known length.
func post(_ target: String, _ body: String, _ fields: String = "") -> String {
    "POST \(target) HTTP/1.1\r\nHost: a\r\nContent-Length: \(body.utf8.count)\r\n\(fields)\r\n\(body)"
}

/// The head of a POST request whose body is still to come.
func postHead(_ framing: String, _ fields: String = "") -> String {
    "POST / HTTP/1.1\r\nHost: a\r\n\(framing)\r\n\(fields)\r\n"
}
