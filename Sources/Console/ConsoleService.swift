// The console on one loop: its pages, and Longwire's own API: route → body → (off the loop: who → may they → query → body → handler) → envelope.
//
// What is asked of a store is never asked on the loop. A call that was taken is answered, though the client may be gone
// by then. 404 and 405 come before anybody is asked who they are: the API is documented, its paths are no secret.

import EventLoop
import Foundation
import HTTPFraming
import Logging
import SessionCore
package import Transport

/// Serves the pages and `/api` on one loop.
///
/// Loop-bound.
package final class ConsoleService {
    private var shared: ConsoleShared
    private let loop: EventLoop
    private var pages: PageService
    private var callsUnderWay = 0

    package init(shared: ConsoleShared, context: TransportContext) {
        self.shared = shared
        self.loop = context.loop
        self.pages = PageService(hasAdminKey: shared.adminKey != nil)
    }

    /// Another configuration counts for the calls that begin from now on; so does another admin key, and the one of before
    /// no longer.
    package func adopt(_ shared: ConsoleShared) {
        self.shared = shared
        self.pages = PageService(hasAdminKey: shared.adminKey != nil)
    }

    /// Whether a path is for this service.
    package static func serves(_ path: String) -> Bool {
        path == "/api" || path.hasPrefix("/api/") || PageService.serves(path)
    }

    /// Takes an exchange whose path is ours.
    package func handle(_ exchange: ServerExchange) {
        let requestID = RequestID(given: [
            exchange.head.fields["x-request-id"], exchange.head.fields["x-client-request-id"],
        ])
        if PageService.serves(exchange.head.path) {
            exchange.respond(self.pages.answer(exchange.head, Self.visitor(exchange), requestID))
            return
        }
        switch RouteTable.match(exchange.head.method, exchange.head.path) {
        case .nothing:
            self.refuse(.notFound(exchange.head.path), exchange, requestID)
        case .otherMethods(let allow):
            self.answerOther(methods: allow, exchange, requestID)
        case .found(let endpoint, let parameters):
            guard self.callsUnderWay < self.shared.limits.callsPerLoop else {
                self.refuse(.serviceUnavailable("Too many calls at once", retryAfter: 1), exchange, requestID, endpoint)
                return
            }
            self.callsUnderWay += 1
            self.readBody(of: exchange, for: endpoint, requestID) { body in
                let work = CallWork(
                    endpoint: endpoint,
                    shared: self.shared,
                    head: exchange.head,
                    visitor: Self.visitor(exchange),
                    parameters: parameters,
                    body: body,
                    requestID: requestID
                )
                self.run(work, exchange)
            }
        }
    }

    private static func visitor(_ exchange: ServerExchange) -> Visitor {
        Visitor(fields: exchange.head.fields, peer: exchange.peer, isSecure: exchange.isSecure)
    }

    private func answerOther(methods allow: String, _ exchange: ServerExchange, _ requestID: RequestID) {
        if exchange.head.method == .options {
            var fields = Self.fields(requestID)
            fields.append("allow", allow)
            exchange.respond(HTTPAnswer(status: 204, fields: fields))
            return
        }
        var answer = Self.answer(.methodNotAllowed(allowed: allow), requestID)
        answer.fields.append("allow", allow)
        exchange.respond(answer)
    }

    // MARK: Body

    /// Calls `then` with a body that is within bounds; refuses any other.
    private func readBody(
        of exchange: ServerExchange,
        for endpoint: Endpoint,
        _ requestID: RequestID,
        then: @escaping ([UInt8]) -> Void
    ) {
        let limit = self.shared.limits.bodyBytes
        exchange.readBody(limit: limit) { result in
            switch result {
            case .success(let body):
                then(body)
                return
            case .failure(.tooLarge):
                self.refuse(.tooLarge(limitBytes: limit), exchange, requestID, endpoint)
            case .failure(.refused(.violation(let violation))):
                let error = RelayError.malformedRequest(
                    status: violation.status,
                    code: violation.code,
                    message: violation.message
                )
                self.refuse(error, exchange, requestID, endpoint)
            case .failure(.refused(.timeout)):
                let error = RelayError.malformedRequest(
                    status: 408,
                    code: "request_timeout",
                    message: "The request did not arrive in time. Send it again."
                )
                self.refuse(error, exchange, requestID, endpoint)
            case .failure(.clientGone):
                break
            }
            self.callsUnderWay -= 1
        }
    }

    // MARK: Work and answer

    private func run(_ work: CallWork, _ exchange: ServerExchange) {
        let isTaken = self.loop.perform {
            await work.run()
        } then: { outcome in
            self.callsUnderWay -= 1
            self.tell(outcome, exchange, work)
        }
        if !isTaken {
            self.callsUnderWay -= 1
            self.refuse(
                .serviceUnavailable("Too many calls at once", retryAfter: 1),
                exchange,
                work.requestID,
                work.endpoint
            )
        }
    }

    private func tell(_ outcome: CallOutcome, _ exchange: ServerExchange, _ work: CallWork) {
        let requestID = work.requestID
        switch outcome {
        case .refused(let error):
            self.refuse(error, exchange, requestID, work.endpoint)
        case .whole(let status, let mediaType, let body, let cookie):
            var fields = Self.fields(requestID)
            fields.append("content-type", mediaType)
            if let cookie { fields.append("set-cookie", cookie) }
            exchange.respond(HTTPAnswer(status: status, fields: fields, body: body))
        case .pieces(let pieces, let mediaType, let fileName):
            var fields = Self.fields(requestID)
            fields.append("content-type", mediaType)
            fields.append("content-disposition", "attachment; filename=\"\(fileName)\"")
            PieceWriter(pieces, exchange, self.loop, fields, logger: self.shared.logger).start()
        }
    }

    private func refuse(
        _ error: RelayError,
        _ exchange: ServerExchange,
        _ requestID: RequestID,
        _ endpoint: Endpoint? = nil
    ) {
        // The path of a call may hold what somebody pasted there.
        let path = endpoint?.path.text ?? RelayError.quoted(exchange.head.path)
        self.shared.logger.info(
            "refused",
            metadata: [
                "request_id": "\(requestID)", "status": "\(error.status)", "reason": "\(error.code)",
                "path": "\(path)",
            ]
        )
        exchange.respond(Self.answer(error, requestID))
    }

    // MARK: Fields

    private static func fields(_ requestID: RequestID) -> HeaderFields {
        HeaderFields([
            ("x-request-id", "\(requestID)"), ("request-id", "\(requestID)"), ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ])
    }

    private static func answer(_ error: RelayError, _ requestID: RequestID) -> HTTPAnswer {
        var fields = self.fields(requestID)
        fields.append("content-type", "application/json")
        if let seconds = error.retryAfter { fields.append("retry-after", "\(seconds)") }
        if error.status == 401 { fields.append("www-authenticate", "Bearer") }
        return HTTPAnswer(
            status: error.status,
            fields: fields,
            body: Envelope.bytes(error, requestID: requestID, now: Date())
        )
    }
}
