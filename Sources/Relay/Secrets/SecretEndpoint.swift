// POST /v1/realtime/client_secrets and POST /v1/realtime/sessions: mints a secret of our own with a key. An upstream's
// secret never reaches a client: what it opens could not be metered.
//
// Phases: credential → body → admit → keep → answer. The secret is kept in the store before it is told, so that it counts
// on every loop, in every process, and after a restart.

import Dialects
import EventLoop
import Foundation
import HTTPFraming
import SessionCore
import Transport

/// Answers one request for a secret.
struct SecretEndpoint {
    private let exchange: ServerExchange
    private let requestID: RequestID
    private let service: RelayService
    private let shape: SecretRequest.Shape

    init(_ exchange: ServerExchange, requestID: RequestID, service: RelayService, shape: SecretRequest.Shape) {
        self.exchange = exchange
        self.requestID = requestID
        self.service = service
        self.shape = shape
    }

    func start() {
        let query = (try? RequestTarget.queryItems(self.exchange.head.query ?? "")) ?? []
        self.service.keyCheck.identify(self.exchange.head, query: query, subprotocols: []) { result in
            do throws(RelayError) {
                let holder = try result.get()
                guard holder.secret == nil else { throw .secretNotAllowed() }
                _ = try self.service.keyCheck.admit(holder, model: nil, peer: self.exchange.peer).get()
                self.readBody(for: holder)
            } catch {
                self.refuse(error)
            }
        }
    }

    private func readBody(for holder: KeyHolder) {
        self.exchange.readBody(limit: SecretLimits.bodyBytes) { result in
            switch result {
            case .success(let body): self.mint(body, for: holder)
            case .failure(.tooLarge): self.refuse(.tooLarge(limitBytes: SecretLimits.bodyBytes))
            case .failure(.refused(let refusal)): self.refuse(ErrorRendering.error(for: refusal))
            case .failure(.clientGone): break
            }
        }
    }

    private func mint(_ body: [UInt8], for holder: KeyHolder) {
        do throws(RelayError) {
            let request = try SecretRequest(body, shape: self.shape)
            try self.check(request, for: holder)
            let text: KeyText
            do {
                text = try ClientSecretFormat.make()
            } catch {
                throw .internalError()
            }
            let now = Date()
            let secret = ClientSecret(
                digest: text.digest,
                keyID: holder.record.id,
                model: request.model,
                session: String(decoding: request.session, as: UTF8.self),
                createdAt: now,
                expiresAt: Date(timeIntervalSince1970: now.timeIntervalSince1970.rounded(.down))
                    .addingTimeInterval(TimeInterval(request.seconds)),
                maximumSession: request.maximumSeconds.map { .seconds($0) }
            )
            self.keep(secret, text, request)
        } catch {
            self.refuse(error)
        }
    }

    /// The model must be one that this key may use; only a transcription may leave it to the session.
    private func check(_ request: SecretRequest, for holder: KeyHolder) throws(RelayError) {
        guard let model = request.model else {
            guard request.isTranscription else { throw .missingParameter("session.model") }
            return
        }
        _ = try self.service.keyCheck.admit(holder, model: model, peer: self.exchange.peer).get()
        guard self.service.shared.catalog.model(model) != nil else { throw .modelNotFound(model) }
    }

    private func keep(_ secret: ClientSecret, _ text: KeyText, _ request: SecretRequest) {
        let secrets = self.service.shared.secrets
        let started = self.service.context.loop.perform { () async -> StoreError? in
            do throws(StoreError) {
                try await secrets.insert(secret, now: secret.createdAt)
                return nil
            } catch {
                return error
            }
        } then: { error in
            if let error {
                self.refuse(error.refusal)
            } else {
                self.respond(secret, text, request)
            }
        }
        if !started {
            self.refuse(.serviceUnavailable("Client secrets cannot be kept at the moment"))
        }
    }

    private func refuse(_ error: RelayError) {
        self.service.refuse(error, self.exchange, self.requestID)
    }

    // MARK: Answer

    private func respond(_ secret: ClientSecret, _ text: KeyText, _ request: SecretRequest) {
        var fields = ErrorRendering.commonFields(requestID: self.requestID)
        fields.append("content-type", "application/json")
        fields.append("cache-control", "no-store")
        let expiry = Int(secret.expiresAt.timeIntervalSince1970)
        var body: [UInt8] = []
        switch self.shape {
        case .current:
            body.append(contentsOf: #"{"value":"#.utf8)
            JSONString.append(text.text, to: &body)
            body.append(contentsOf: #","expires_at":\#(expiry),"session":"#.utf8)
            body.append(contentsOf: self.session(request))
            body.append(contentsOf: "}".utf8)
        case .older:
            var value = Array(#"{"client_secret":{"value":"#.utf8)
            JSONString.append(text.text, to: &value)
            value.append(contentsOf: #","expires_at":\#(expiry)}}"#.utf8)
            body = (try? JSONBinding.bind(self.session(request), to: value)) ?? value
        }
        self.exchange.respond(HTTPAnswer(status: 200, fields: fields, body: body))
    }

    /// The session object as it was asked for, with what the provider would add (protocol: realtime §3).
    private func session(_ request: SecretRequest) -> [UInt8] {
        let object = request.isTranscription ? "realtime.transcription_session" : "realtime.session"
        let type = request.isTranscription ? "transcription" : "realtime"
        var added = Array(#"{"object":"\#(object)","id":"\#(SessionID.make())","expires_at":0"#.utf8)
        if self.shape == .current { added.append(contentsOf: #","type":"\#(type)""#.utf8) }
        if let seconds = request.maximumSeconds {
            added.append(contentsOf: #","max_session_seconds":\#(seconds)"#.utf8)
        }
        added.append(contentsOf: "}".utf8)
        return (try? JSONBinding.bind(request.session, to: added)) ?? request.session
    }
}
