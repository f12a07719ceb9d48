// /api/accounts: who owns keys, and what all keys of one may use together. A member sees the own account.

import Foundation
import HTTPFraming
import SessionCore

/// The calls about accounts.
enum AccountsResource {
    private static let members: [Property] = [Property("models", .models)] + Schema.limits(of: "the account")

    static let endpoints: [Endpoint] = [
        Endpoint(
            .post,
            "/api/accounts",
            "createAccount",
            "accounts",
            "Makes an account.",
            for: .admins,
            body: Schema(
                .named(
                    "AccountToCreate",
                    Schema(
                        .object([Property("name", .name("Unique.", example: "speech-team"), required: true)] + members)
                    )
                )
            ),
            answer: AnswerShape("The account.", Shapes.account, status: 201),
            refusals: [409],
            handle: Self.create
        ),
        Endpoint(
            .get,
            "/api/accounts",
            "listAccounts",
            "accounts",
            "Lists accounts, oldest first.",
            for: .members,
            answer: AnswerShape("The accounts.", Schema(.list(Shapes.account, maximum: 1_000_000))),
            handle: { call throws(RelayError) in
                let all = try await call.store("account") { () throws(StoreError) in
                    try await call.shared.accounts.accounts()
                }
                let own = call.caller?.accountID
                return .data(.array(all.filter { own == nil || $0.id == own }.map { call.describe($0) }))
            }
        ),
        Endpoint(
            .get,
            "/api/accounts/{account_id}",
            "getAccount",
            "accounts",
            "Tells about an account.",
            for: .members,
            answer: AnswerShape("The account.", Shapes.account),
            refusals: [404],
            handle: { call throws(RelayError) in .data(call.describe(try await Self.find(call))) }
        ),
        Endpoint(
            .patch,
            "/api/accounts/{account_id}",
            "updateAccount",
            "accounts",
            "Changes what is given and leaves the rest.",
            for: .admins,
            body: Schema(.named("AccountChanges", Schema(.object([Property("name", .name("Unique."))] + members)))),
            answer: AnswerShape("The account.", Shapes.account),
            refusals: [404, 409],
            handle: { call throws(RelayError) in
                var account = try await Self.find(call)
                if let name = call.body["name"]?.text { account.name = name }
                if let models = call.body["models"]?.texts { account.models = models }
                account.limits = call.limits(changing: account.limits)
                return try await Self.keep(account, call)
            }
        ),
        Endpoint(
            .post,
            "/api/accounts/{account_id}/disable",
            "disableAccount",
            "accounts",
            "Refuses the account's keys and members from now on.",
            for: .admins,
            answer: AnswerShape("The account.", Shapes.account),
            refusals: [404, 409],
            handle: { call throws(RelayError) in
                var account = try await Self.find(call)
                account.disabledAt = account.disabledAt ?? call.now
                return try await Self.keep(account, call)
            }
        ),
        Endpoint(
            .post,
            "/api/accounts/{account_id}/enable",
            "enableAccount",
            "accounts",
            "Lets them in again.",
            for: .admins,
            answer: AnswerShape("The account.", Shapes.account),
            refusals: [404, 409],
            handle: { call throws(RelayError) in
                var account = try await Self.find(call)
                account.disabledAt = nil
                return try await Self.keep(account, call)
            }
        ),
    ]

    private static func create(_ call: APICall) async throws(RelayError) -> APIAnswer {
        guard let id = try? Identifier.account() else { throw .internalError() }
        let account = Account(
            id: id,
            name: call.body["name"]?.text ?? "",
            createdAt: call.now,
            limits: call.limits(changing: UsageLimits()),
            models: call.body["models"]?.texts ?? []
        )
        try await call.store("account") { () throws(StoreError) in try await call.shared.accounts.insert(account) }
        return .data(call.describe(account), status: 201)
    }

    private static func keep(_ account: Account, _ call: APICall) async throws(RelayError) -> APIAnswer {
        let kept = try await call.store("account") { () throws(StoreError) in
            try await call.shared.accounts.update(account)
        }
        call.shared.keys.forget()
        return .data(call.describe(kept))
    }

    /// The account that a path names, if the caller may know of it.
    private static func find(_ call: APICall) async throws(RelayError) -> Account {
        let id = call.parameter("account_id")
        guard call.caller?.accountID.map({ $0 == id }) ?? true,
            let found = try await call.store(
                "account",
                { () throws(StoreError) in try await call.shared.accounts.account(id: id) }
            )
        else { throw .noSuch("account", id) }
        return found
    }

    /// The account with an id, or else with a name.
    static func account(_ text: String, _ call: APICall) async throws(RelayError) -> Account? {
        try await call.store("account") { () throws(StoreError) in
            if let found = try await call.shared.accounts.account(id: text) { return found }
            return try await call.shared.accounts.account(named: text)
        }
    }
}
