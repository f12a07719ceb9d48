// /api/keys/{key_id}/secret: what a page needs to speak as a browser client does. The console never has the text of a key
// that others made; whoever may rotate a key may have a short-lived secret of it instead, and what that spends lands on the
// key, within its limits.

import Foundation
import HTTPFraming
import SessionCore

/// The call that makes client secrets.
enum SecretsResource {
    /// What a secret opens.
    enum Use: String, CaseIterable {
        case realtime
        case chat
    }

    private static let seconds: ClosedRange<Int64> = 10...3_600
    private static let usualSeconds: Int64 = 600

    static let endpoints: [Endpoint] = [
        Endpoint(
            .post,
            "/api/keys/{key_id}/secret",
            "createSecret",
            "keys",
            "Makes a short-lived secret of a key, for one model: it opens realtime sessions or chat completions.",
            for: .members,
            body: Schema(
                .named(
                    "SecretToCreate",
                    Schema(
                        .object([
                            Property("model", .phrase("The model, as clients ask for it."), required: true),
                            Property("use", Schema(.choice(Use.allCases.map(\.rawValue))), required: true),
                            Property(
                                "seconds",
                                Schema(.integer(seconds), "How long it may be used; 600 if left out.", example: 600)
                            ),
                        ])
                    )
                )
            ),
            answer: AnswerShape("The secret.", Shapes.newSecret, status: 201),
            refusals: [404, 409],
            handle: Self.create
        )
    ]

    private static func create(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let holder = try await Self.holder(call)
        let (model, use) = (call.body["model"]?.text ?? "", call.body["use"]?.text ?? "")
        guard holder.allows(model: model) else { throw .modelNotAllowed(model) }
        guard call.shared.catalog.model(model) != nil else { throw .modelNotFound(model) }
        guard let text = try? ClientSecretFormat.make() else { throw .internalError() }
        let seconds = call.body["seconds"]?.whole ?? Self.usualSeconds
        let session = JSON.object([JSONEntry("type", .string(use)), JSONEntry("model", .string(model))])
        let secret = ClientSecret(
            digest: text.digest,
            keyID: holder.record.id,
            model: model,
            session: String(decoding: session.bytes, as: UTF8.self),
            createdAt: call.now,
            expiresAt: call.now.addingTimeInterval(Double(seconds))
        )
        try await call.store("secret") { () throws(StoreError) in
            try await call.shared.secrets.insert(secret, now: call.now)
        }
        return .data(
            [
                "value": .string(text.text), "key": .string(holder.record.id), "model": .string(model),
                "use": .string(use), "expires_at": .string(Moment.text(secret.expiresAt)),
            ],
            status: 201
        )
    }

    /// The key that a path names, if the caller may know of it and it still counts.
    private static func holder(_ call: APICall) async throws(RelayError) -> KeyHolder {
        let id = call.parameter("key_id")
        let found = try await call.store("key") { () throws(StoreError) in
            try await call.shared.keyStore.holder(id: id)
        }
        guard let found, call.caller?.accountID.map({ $0 == found.record.accountID }) ?? true else {
            throw .noSuch("key", id)
        }
        switch call.status(of: found.record) {
        case "revoked": throw .conflict(code: "key_revoked", "The key was revoked. Choose another.")
        case "expired": throw .conflict(code: "key_expired", "The key has expired. Choose another.")
        default: break
        }
        guard !found.account.isDisabled(at: call.now) else {
            throw .conflict(code: "account_disabled", "The key's account is disabled.")
        }
        return found
    }
}
