// The simulated upstream on real sockets: takes exchanges, asks the pure part, plays what it says.

import EventLoop
import Foundation
import HTTPFraming
import OpenSSLTLS
package import Transport
import WebSocketFraming

/// Serves the simulated upstream on one loop.
///
/// Loop-bound.
package final class SimulatorService: HTTPService {
    let context: TransportContext
    let log: SimulatorLog?
    private let seed: UInt64
    private let memories = LiveMemories()
    private var connections: UInt64
    private var players: [ObjectIdentifier: SimulatedPlayer] = [:]
    private var conversations: [ObjectIdentifier: SimulatedConversation] = [:]

    /// Loops get different `index`es, so that connection numbers do not collide in the log.
    package init(context: TransportContext, seed: UInt64, index: Int, log: SimulatorLog?) {
        self.context = context
        self.seed = seed
        self.log = log
        self.connections = UInt64(index) << 32
    }

    package func handle(_ exchange: ServerExchange) {
        self.connections += 1
        let connection = self.connections
        let headers = Self.headers(of: exchange.head)
        let method = exchange.head.method.text
        self.log?.write(
            .request(connection: connection, method: method, target: exchange.head.target, headers: headers)
        )
        if exchange.head.isUpgrade {
            self.upgrade(exchange, connection, headers)
            return
        }
        exchange.readBody(limit: self.context.limits.requestBodyBytes) { result in
            guard case .success(let body) = result else {
                exchange.respond(HTTPAnswer(status: 413))
                return
            }
            if !body.isEmpty {
                let digest = SHA256Digest(hashing: body)
                self.log?.write(.body(connection: connection, bytes: body, sha256: digest.bytes))
            }
            let request = SimulatedHTTPRequest(
                method: method,
                target: exchange.head.target,
                headers: headers,
                body: body
            )
            let answer = SimulatedHTTPEndpoint.answer(request, seed: self.seed &+ connection, unixTime: Self.unixTime)
            self.play(answer, on: exchange, connection)
        }
    }

    package func answer(to refusal: HTTPRefusal) -> HTTPAnswer {
        let status =
            switch refusal {
            case .violation(let violation): violation.status
            case .timeout: 408
            }
        return HTTPAnswer(status: status)
    }

    private func upgrade(_ exchange: ServerExchange, _ connection: UInt64, _ headers: [SimulatedHeader]) {
        let handshake = ServerHandshake.evaluate(
            method: exchange.head.method.text,
            httpMinorVersion: exchange.head.minorVersion,
            fields: exchange.head.fields
        )
        guard case .success(let request) = handshake else {
            exchange.respond(HTTPAnswer(status: 400))
            return
        }
        switch SimulatedUpgrade.decide(target: exchange.head.target, headers: headers) {
        case .refuse(let answer):
            self.play(answer, on: exchange, connection)
        case .stall:
            // Held until the client gives up.
            exchange.onClientGone = { _ = exchange }
        case .acceptLive:
            self.run(on: exchange, connection, request, subprotocol: nil) { seed, now in
                SimulatedLiveSession(seed: seed, memories: self.memories, now: now)
            }
        case .accept(let opening, let subprotocol):
            self.run(on: exchange, connection, request, subprotocol: subprotocol) { seed, now in
                SimulatedRealtimeSession(opening: opening, seed: seed, unixTime: Self.unixTime, now: now)
            }
        }
    }

    private func run(
        on exchange: ServerExchange,
        _ connection: UInt64,
        _ request: ServerHandshake.Request,
        subprotocol: String?,
        session: (_ seed: UInt64, _ now: Int64) -> any SimulatedSession
    ) {
        let fields = HeaderFields(ServerHandshake.responseFields(for: request, subprotocol: subprotocol))
        self.log?.write(.answer(connection: connection, status: 101))
        guard let leg = exchange.upgrade(fields: fields, limits: self.context.limits.fromClient) else { return }
        let conversation = SimulatedConversation(
            session(self.seed &+ connection, self.context.loop.now.nanoseconds),
            leg: leg,
            connection: connection,
            service: self
        )
        self.conversations[ObjectIdentifier(conversation)] = conversation
        conversation.start()
    }

    private func play(_ answer: SimulatedHTTPAnswer, on exchange: ServerExchange, _ connection: UInt64) {
        self.log?.write(.answer(connection: connection, status: answer.status))
        let player = SimulatedPlayer(answer, exchange: exchange, service: self)
        self.players[ObjectIdentifier(player)] = player
        player.start()
    }

    /// Ends the sessions that are open: the simulator is to stop.
    package func leave() {
        for conversation in Array(self.conversations.values) { conversation.leave() }
    }

    func ended(_ player: SimulatedPlayer) {
        self.players[ObjectIdentifier(player)] = nil
    }

    func ended(_ conversation: SimulatedConversation) {
        self.conversations[ObjectIdentifier(conversation)] = nil
    }

    private static var unixTime: Int64 { Int64(Date().timeIntervalSince1970) }

    private static func headers(of head: RequestHead) -> [SimulatedHeader] {
        head.fields.pairs.map { SimulatedHeader($0.name, $0.value) }
    }
}
