// The part of a call that runs off the loop: who → may they → query → body → handler → bytes.

import Foundation
import HTTPFraming
import Logging
import SessionCore

/// What a call came to.
enum CallOutcome: Sendable {
    case refused(RelayError)
    case whole(status: Int, mediaType: String, body: [UInt8], cookie: String?)
    case pieces(APIAnswer.Pieces, mediaType: String, fileName: String)
}

/// One call on its way.
struct CallWork: Sendable {
    let endpoint: Endpoint
    let shared: ConsoleShared
    let head: RequestHead
    let visitor: Visitor
    let parameters: [String: String]
    let body: [UInt8]
    let requestID: RequestID

    func run() async -> CallOutcome {
        let now = Date()
        do throws(RelayError) {
            let caller = try await self.caller(now)
            let call = APICall(
                shared: self.shared,
                caller: caller,
                visitor: self.visitor,
                path: self.parameters,
                query: try QueryReading.values(self.head.query, self.endpoint.query),
                body: try self.readBody(),
                requestID: self.requestID,
                now: now
            )
            let answer = try await self.endpoint.handle(call)
            if self.endpoint.changesState { self.log(answer.status, caller) }
            return self.render(answer, now)
        } catch {
            return .refused(error)
        }
    }

    private func caller(_ now: Date) async throws(RelayError) -> Caller? {
        if case .anyone = self.endpoint.audience {
            // No cookie counts here, but nobody's page shall sign our visitors in as somebody else.
            guard !self.endpoint.changesState || !BrowserEvidence(self.visitor).isCrossSite else { throw .crossSite() }
            return nil
        }
        let caller = try await CallerCheck(self.shared)
            .caller(self.visitor, changesState: self.endpoint.changesState, now: now)
        guard caller.belongs(to: self.endpoint.audience) else {
            throw .notPermitted("This is not for whoever asks: it takes an admin, or a member of an account.")
        }
        return caller
    }

    private func readBody() throws(RelayError) -> JSON {
        guard let schema = self.endpoint.body else {
            // Some clients send an empty object with every POST.
            guard self.body.isEmpty || JSON(self.body) == .object([]) else {
                throw .invalidRequest(code: "unexpected_body", message: "This call takes no body. Leave it out.")
            }
            return .null
        }
        let media = (self.head.fields["content-type"] ?? "").lowercased().prefix { $0 != ";" && $0 != " " }
        guard media == "application/json" else { throw .notJSON() }
        guard let value = JSON(self.body) else { throw .invalidJSON("it is malformed or not UTF-8") }
        guard case .object = value else { throw .invalidJSON("it is no object") }
        if let flaw = schema.flaw(in: value, at: "") { throw flaw }
        return value
    }

    private func render(_ answer: APIAnswer, _ now: Date) -> CallOutcome {
        switch answer.content {
        case .data(let data):
            let body = Envelope.bytes(data, requestID: self.requestID, now: now)
            return .whole(status: answer.status, mediaType: "application/json", body: body, cookie: answer.cookie)
        case .page(let entries, let next):
            let body = Envelope.bytes(.array(entries), next: .some(next), requestID: self.requestID, now: now)
            return .whole(status: answer.status, mediaType: "application/json", body: body, cookie: answer.cookie)
        case .document(let body, let mediaType):
            return .whole(status: answer.status, mediaType: mediaType, body: body, cookie: answer.cookie)
        case .pieces(let pieces, let mediaType, let fileName):
            return .pieces(pieces, mediaType: mediaType, fileName: fileName)
        }
    }

    /// Who changed what, for whoever asks later.
    private func log(_ status: Int, _ caller: Caller?) {
        self.shared.logger.notice(
            "api call",
            metadata: [
                "request_id": "\(self.requestID)", "call": "\(self.endpoint.name)", "status": "\(status)",
                "caller": "\(caller?.label ?? "nobody")",
                "id": "\(self.parameters.values.sorted().map { RelayError.quoted($0) }.joined(separator: " "))",
            ]
        )
    }
}
