// GET /healthz, /readyz, /metrics: what machines ask about the process itself.
//
// `/healthz` says that a loop answers and nothing else. `/readyz` says whether new work should come here, in one line.
// `/metrics` is the operator's (`OperatorGate`).

import EventLoop
import HTTPFraming
import SessionCore
import Telemetry
import Transport

/// Answers one question about the process.
struct StatusEndpoints {
    private static let plainText = "text/plain; charset=utf-8"

    let exchange: ServerExchange
    let requestID: RequestID
    let service: RelayService

    init(_ exchange: ServerExchange, requestID: RequestID, service: RelayService) {
        self.exchange = exchange
        self.requestID = requestID
        self.service = service
    }

    func health() {
        self.answer(200, "ok\n")
    }

    func readiness() {
        guard !self.service.isDraining else { return self.answer(503, "draining\n") }
        let status = self.service.shared.status
        let started = self.service.context.loop.perform {
            await status.readiness()
        } then: { readiness in
            switch readiness {
            case .ready: self.answer(200, "ok\n")
            case .notReady(let reason): self.answer(503, reason + "\n")
            }
        }
        if !started { self.answer(503, "too much is under way on this loop\n") }
    }

    func metrics() {
        let head = self.exchange.head
        guard
            self.service.shared.operators.allows(
                isLoopback: self.exchange.peer.isLoopback,
                header: { head.fields.values($0) }
            )
        else { return self.service.refuse(.adminOnly(), self.exchange, self.requestID) }
        let status = self.service.shared.status
        let started = self.service.context.loop.perform {
            await status.metrics()
        } then: { text in
            self.answer(200, text, type: MetricRegistry.contentType)
        }
        if !started { self.answer(503, "too much is under way on this loop\n") }
    }

    private func answer(_ status: Int, _ text: String, type: String = Self.plainText) {
        var fields = ErrorRendering.commonFields(requestID: self.requestID)
        fields.append("content-type", type)
        fields.append("cache-control", "no-store")
        self.exchange.respond(HTTPAnswer(status: status, fields: fields, body: Array(text.utf8)))
    }
}
