// The server role: every WebSocket request is accepted and echoed, everything else is refused.

import EventLoop
import HTTPFraming
import Transport
import WebSocketFraming

/// Upgrades whatever asks for it.
///
/// Loop-bound; lives until the process ends.
final class EchoService: HTTPService {
    private let context: TransportContext
    private var server: HTTPServer?
    private var conversations: [ObjectIdentifier: EchoConversation] = [:]

    init(context: TransportContext) {
        self.context = context
    }

    /// Returns the address that was bound.
    func listen(on address: SocketAddress) throws -> SocketAddress {
        // The two hold each other, which is what keeps them.
        let server = try HTTPServer(address: address, tls: nil, service: self, context: self.context)
        self.server = server
        return server.localAddress ?? address
    }

    func handle(_ exchange: ServerExchange) {
        let handshake = ServerHandshake.evaluate(
            method: exchange.head.method.text,
            httpMinorVersion: exchange.head.minorVersion,
            fields: exchange.head.fields
        )
        switch handshake {
        case .failure(let refusal):
            exchange.respond(HTTPAnswer(status: refusal.status, fields: HeaderFields(refusal.fields)))
        case .success(let request):
            self.upgrade(exchange, request)
        }
    }

    private func upgrade(_ exchange: ServerExchange, _ request: ServerHandshake.Request) {
        let limits = self.context.limits
        let agreement = limits.deflate.flatMap { DeflateNegotiation.accept(request.extensions, settings: $0) }
        let fields = ServerHandshake.responseFields(
            for: request,
            subprotocol: request.subprotocols.first,
            extensions: agreement?.response
        )
        let leg = exchange.upgrade(
            fields: HeaderFields(fields),
            limits: limits.fromClient,
            deflate: agreement?.parameters
        )
        guard let leg else { return }
        let conversation = EchoConversation(leg) { [weak self] ended in
            self?.conversations[ObjectIdentifier(ended)] = nil
        }
        self.conversations[ObjectIdentifier(conversation)] = conversation
        conversation.start()
    }

    func answer(to refusal: HTTPRefusal) -> HTTPAnswer {
        switch refusal {
        case .violation(let violation): HTTPAnswer(status: violation.status)
        case .timeout: HTTPAnswer(status: 408)
        }
    }
}
