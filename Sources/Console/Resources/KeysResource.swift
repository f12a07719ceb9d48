// /api/keys: made, listed, changed, rotated, revoked, deleted. A member sees and touches the keys of the own account only;
// those of others are to a member as if they did not exist.

import Foundation
import HTTPFraming
import SessionCore

/// The calls about keys.
enum KeysResource {
    private static let members: [Property] =
        [
            Property("models", .models), Property("addresses", .addresses),
            Property("expires_at", .time("From then on it does not count; null: never.").orNull),
        ] + Schema.limits(of: "the key")

    static let endpoints: [Endpoint] = [
        Endpoint(
            .post,
            "/api/keys",
            "createKey",
            "keys",
            "Makes a key. Its text is in this answer and never again.",
            for: .members,
            body: Schema(
                .named(
                    "KeyToCreate",
                    Schema(
                        .object(
                            [
                                Property("name", .name("What the key is for.", example: "phone-bot"), required: true),
                                Property("account", .name("Id or name of the account; the own one if left out.")),
                            ] + members
                        )
                    )
                )
            ),
            answer: AnswerShape("The key.", Shapes.newKey, status: 201),
            refusals: [404, 409],
            handle: Self.create
        ),
        Endpoint(
            .get,
            "/api/keys",
            "listKeys",
            "keys",
            "Lists keys, newest first.",
            for: .members,
            query: [
                QueryItem("account", .identifier("Id of an account.")),
                QueryItem("status", Schema(.choice(["active", "expired", "revoked"]))),
                QueryItem("search", .name("A part of a name, an id or a shown prefix.")),
                QueryItem("limit", Schema(.integer(1...1_000), "Entries of the page.")),
                QueryItem("cursor", Schema(.text(.listCursor, length: 3...80), "`next_cursor` of the page before.")),
            ],
            answer: AnswerShape("A page of keys.", Schema(.list(Shapes.key, maximum: 1_000)), isPaged: true),
            handle: Self.list
        ),
        Endpoint(
            .get,
            "/api/keys/{key_id}",
            "getKey",
            "keys",
            "Tells about a key.",
            for: .members,
            answer: AnswerShape("The key.", Shapes.key),
            refusals: [404],
            handle: { call throws(RelayError) in .data(call.describe(try await Self.find(call))) }
        ),
        Endpoint(
            .patch,
            "/api/keys/{key_id}",
            "updateKey",
            "keys",
            "Changes what is given and leaves the rest; running sessions are held to it within about a second.",
            for: .members,
            body: Schema(
                .named("KeyChanges", Schema(.object([Property("name", .name("What the key is for."))] + members)))
            ),
            answer: AnswerShape("The key.", Shapes.key),
            refusals: [404],
            handle: Self.update
        ),
        Endpoint(
            .post,
            "/api/keys/{key_id}/rotate",
            "rotateKey",
            "keys",
            "Gives a key another text, which is in this answer and never again. The former one counts for `overlap` seconds.",
            for: .members,
            body: Schema(
                .named(
                    "Rotation",
                    Schema(
                        .object([
                            Property(
                                "overlap",
                                Schema(.integer(0...604_800), "Seconds; 0 ends the former text at once.", example: 300)
                            )
                        ])
                    )
                )
            ),
            answer: AnswerShape("The key.", Shapes.newKey),
            refusals: [404, 409],
            handle: Self.rotate
        ),
        Endpoint(
            .post,
            "/api/keys/{key_id}/revoke",
            "revokeKey",
            "keys",
            "Ends a key for good. Its sessions end within seconds.",
            for: .members,
            answer: AnswerShape("The key.", Shapes.key),
            refusals: [404],
            handle: Self.revoke
        ),
        Endpoint(
            .delete,
            "/api/keys/{key_id}",
            "deleteKey",
            "keys",
            "Forgets a key. What it used stays in the ledger.",
            for: .members,
            answer: AnswerShape("Gone.", Shapes.deleted),
            refusals: [404],
            handle: Self.delete
        ),
    ]

    // MARK: Reading

    /// The key that a path names, if the caller may know of it.
    private static func find(_ call: APICall) async throws(RelayError) -> KeyRecord {
        let id = call.parameter("key_id")
        let found = try await call.store("key") { () throws(StoreError) in try await call.shared.keyStore.get(id: id) }
        guard let found, call.caller?.accountID.map({ $0 == found.accountID }) ?? true else {
            throw .noSuch("key", id)
        }
        return found
    }

    private static func list(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let records = try await call.store("key") { () throws(StoreError) in try await call.shared.keyStore.list() }
        let (own, account) = (call.caller?.accountID, call.text("account"))
        let (status, search) = (call.text("status"), call.text("search")?.lowercased())
        let chosen = records.filter { record in
            (own.map { record.accountID == $0 } ?? true) && (account.map { record.accountID == $0 } ?? true)
                && (status.map { call.status(of: record) == $0 } ?? true)
                && (search.map { text in
                    [record.name, record.id, record.displayPrefix].contains { $0.lowercased().contains(text) }
                } ?? true)
        }
        let page = ListCursor.page(
            chosen,
            after: call.text("cursor").flatMap { ListCursor($0) },
            limit: call.pageSize
        ) { ListCursor($0.createdAt, $0.id) }
        return APIAnswer(.page(page.entries.map { call.describe($0) }, next: page.next))
    }

    // MARK: Changing

    private static func create(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let account = try await Self.account(for: call)
        let issued: IssuedKey
        do {
            issued = try IssuedKey(name: call.body["name"]?.text ?? "", now: call.now) { record in
                record.accountID = account.id
                Self.apply(call, to: &record)
            }
        } catch {
            throw .internalError()
        }
        try KeyBounds.check(issued.record, of: account, for: call.caller, call.body)
        try await call.store("key") { () throws(StoreError) in try await call.shared.keyStore.insert(issued.record) }
        call.shared.keys.forget()
        return .data(call.describe(issued.record, text: issued.text), status: 201)
    }

    private static func update(_ call: APICall) async throws(RelayError) -> APIAnswer {
        var record = try await Self.find(call)
        if let name = call.body["name"]?.text { record.name = name }
        Self.apply(call, to: &record)
        if call.caller?.accountID != nil, let account = try await AccountsResource.account(record.accountID, call) {
            try KeyBounds.check(record, of: account, for: call.caller, call.body)
        }
        let changed = record
        let kept = try await call.store("key") { () throws(StoreError) in
            try await call.shared.keyStore.update(changed)
        }
        call.shared.keys.forget()
        return .data(call.describe(kept))
    }

    private static func rotate(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let record = try await Self.find(call)
        guard let text = try? KeyFormat.make() else { throw .internalError() }
        let overlap = call.body["overlap"]?.whole ?? 0
        let until = overlap > 0 ? call.now.addingTimeInterval(Double(overlap)) : nil
        let kept = try await call.store("key") { () throws(StoreError) in
            try await call.shared.keyStore.replaceDigest(
                id: record.id,
                digest: text.digest,
                displayPrefix: text.displayPrefix,
                formerUntil: until
            )
        }
        call.shared.keys.forget()
        return .data(call.describe(kept, text: text))
    }

    private static func revoke(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let record = try await Self.find(call)
        let kept = try await call.store("key") { () throws(StoreError) in
            try await call.shared.keyStore.revoke(id: record.id, at: call.now)
        }
        call.shared.keys.forget()
        return .data(call.describe(kept))
    }

    private static func delete(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let record = try await Self.find(call)
        try await call.store("key") { () throws(StoreError) in try await call.shared.keyStore.delete(id: record.id) }
        call.shared.keys.forget()
        return .data(["id": .string(record.id), "deleted": true])
    }

    /// The account of a new key: as asked for, or the caller's own, or the default one.
    private static func account(for call: APICall) async throws(RelayError) -> Account {
        let own: String? = if case .member(_, let account, _) = call.caller { account.id } else { nil }
        let wanted = call.body["account"]?.text
        let found = try await AccountsResource.account(wanted ?? own ?? KeyRecord.defaultAccountID, call)
        guard let found, call.caller?.accountID.map({ $0 == found.id }) ?? true else {
            throw .noSuch("account", wanted ?? "")
        }
        return found
    }

    private static func apply(_ call: APICall, to record: inout KeyRecord) {
        if let models = call.body["models"]?.texts { record.models = models }
        if let blocks = call.body["addresses"]?.texts { record.addresses = blocks.compactMap { CIDRBlock($0) } }
        if let expiry = call.body["expires_at"] { record.expiresAt = expiry.text.flatMap { Moment.date($0) } }
        let limits = call.limits(
            changing: UsageLimits(
                budgetMicroUSD: record.budgetMicroUSD,
                rpm: record.rpm,
                tpm: record.tpm,
                sessions: record.sessions
            )
        )
        record.budgetMicroUSD = limits.budgetMicroUSD
        record.rpm = limits.rpm
        record.tpm = limits.tpm
        record.sessions = limits.sessions
    }
}
