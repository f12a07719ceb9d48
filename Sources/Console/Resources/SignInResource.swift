// /api/sign-in, /api/sign-out, /api/me, /api/password: how people get in, and who they are then.
//
// An unknown name costs the same time and gets the same answer as a wrong password; so do a disabled member and one of
// a disabled account. Attempts are counted before the password is looked at (`SignInThrottle`).

import EventLoop
import Foundation
import HTTPFraming
import Logging
import OpenSSLTLS
import SessionCore

/// The calls about whoever calls.
enum SignInResource {
    static let endpoints: [Endpoint] = [
        Endpoint(
            .post,
            "/api/sign-in",
            "signIn",
            "sign-in",
            "Signs in with a name and a password, for a cookie.",
            for: .anyone,
            body: Schema(
                .named(
                    "Credentials",
                    Schema(
                        .object([
                            Property("name", .name("The member's name.", example: "ada"), required: true),
                            Property("password", .shownPassword, required: true),
                        ])
                    )
                )
            ),
            answer: AnswerShape("Signed in.", Shapes.me, setsCookie: true),
            refusals: [401, 403, 429],
            handle: Self.signIn
        ),
        Endpoint(
            .post,
            "/api/sign-out",
            "signOut",
            "sign-in",
            "Ends the sign-in and takes the cookie back.",
            for: .everybody,
            answer: AnswerShape(
                "Signed out.",
                Schema(.object([Property("signed_out", Schema(.boolean), required: true)])),
                setsCookie: true
            ),
            handle: Self.signOut
        ),
        Endpoint(
            .get,
            "/api/me",
            "getMe",
            "sign-in",
            "Tells who the caller is, and of a key its limits and what it used.",
            for: .everybody,
            answer: AnswerShape("The caller.", Shapes.me),
            handle: { call throws(RelayError) in .data(try await Self.describeCaller(call.caller, call)) }
        ),
        Endpoint(
            .post,
            "/api/password",
            "changePassword",
            "sign-in",
            "Changes the own password and ends all other sign-ins.",
            for: .members,
            body: Schema(
                .named(
                    "PasswordChange",
                    Schema(
                        .object([
                            Property("current_password", .shownPassword, required: true),
                            Property("new_password", .password, required: true),
                        ])
                    )
                )
            ),
            answer: AnswerShape("Changed.", Shapes.me, setsCookie: true),
            refusals: [409, 429],
            handle: Self.changePassword
        ),
    ]

    // MARK: Calls

    private static func signIn(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let (name, password) = (call.body["name"]?.text ?? "", call.body["password"]?.text ?? "")
        try Self.beginAttempt(name, call)
        let found = try await call.store("member") { () throws(StoreError) in
            try await call.shared.accounts.member(named: name)
        }
        let isRight = try await Self.check(password, against: found?.passwordHash, call)
        guard isRight, let member = found, !(member.disabledAt.map { $0 <= call.now } ?? false),
            let account = try await AccountsResource.account(member.accountID, call),
            !account.isDisabled(at: call.now)
        else {
            call.shared.logger.notice(
                "sign-in failed",
                metadata: ["request_id": "\(call.requestID)", "peer": "\(call.visitor.peer.ipDescription)"]
            )
            throw .wrongPassword()
        }
        call.shared.withThrottle { $0.succeeded(name: name, address: Self.place(call)) }
        return try await Self.letIn(member, account, call)
    }

    private static func signOut(_ call: APICall) async throws(RelayError) -> APIAnswer {
        if case .member(_, _, let signIn) = call.caller {
            try await call.store("sign-in") { () throws(StoreError) in
                try await call.shared.accounts.deleteSignIn(digest: signIn.digest)
            }
        }
        return APIAnswer(
            .data(["signed_out": true]),
            cookie: SessionCookie.field("", seconds: 0, isSecure: BrowserEvidence(call.visitor).isSecurePage)
        )
    }

    private static func changePassword(_ call: APICall) async throws(RelayError) -> APIAnswer {
        guard case .member(var member, let account, _) = call.caller else {
            throw .conflict(code: "not_signed_in", "Only who signed in with a password has one to change.")
        }
        try Self.beginAttempt(member.name, call)
        let current = call.body["current_password"]?.text ?? ""
        guard try await Self.check(current, against: member.passwordHash, call) else { throw .wrongPassword() }
        call.shared.withThrottle { $0.succeeded(name: member.name, address: Self.place(call)) }
        member.passwordHash = try await Self.hash(call.body["new_password"]?.text ?? "", call)
        let changed = member
        try await call.store("member") { () throws(StoreError) in
            _ = try await call.shared.accounts.update(changed)
            try await call.shared.accounts.deleteSignIns(memberID: changed.id)
        }
        return try await Self.letIn(changed, account, call)
    }

    /// Makes a sign-in and answers with its cookie.
    private static func letIn(
        _ member: Member,
        _ account: Account,
        _ call: APICall
    ) async throws(RelayError) -> APIAnswer {
        guard let text = try? SessionCookie.make() else { throw .internalError() }
        let seconds = call.shared.limits.signInSeconds
        let signIn = SignIn(
            digest: SHA256Digest(hashing: text),
            memberID: member.id,
            createdAt: call.now,
            expiresAt: call.now.addingTimeInterval(Double(seconds))
        )
        try await call.store("sign-in") { () throws(StoreError) in
            try await call.shared.accounts.insert(signIn, now: call.now)
        }
        let cookie = SessionCookie.field(
            text,
            seconds: seconds,
            isSecure: BrowserEvidence(call.visitor).isSecurePage
        )
        return APIAnswer(
            .data(try await Self.describeCaller(.member(member, account, signIn), call)),
            cookie: cookie
        )
    }

    // MARK: Passwords

    /// Where an attempt comes from; nil for this machine, which may be a proxy's.
    private static func place(_ call: APICall) -> [UInt8]? {
        call.visitor.peer.isLoopback ? nil : call.visitor.peer.ipBytes
    }

    private static func beginAttempt(_ name: String, _ call: APICall) throws(RelayError) {
        let second = call.shared.second()
        let wait = call.shared.withThrottle { $0.begin(name: name, address: Self.place(call), now: second) }
        if let wait { throw .tooManyAttempts(retryAfter: wait) }
    }

    private static func check(
        _ password: String,
        against stored: String?,
        _ call: APICall
    ) async throws(RelayError) -> Bool {
        do {
            return try await call.shared.passwords.check(password, against: stored)
        } catch {
            throw .serviceUnavailable("Passwords cannot be checked at the moment", retryAfter: 2)
        }
    }

    /// What is kept of a password.
    static func hash(_ password: String, _ call: APICall) async throws(RelayError) -> String {
        do {
            return try await call.shared.passwords.hash(password)
        } catch {
            throw .serviceUnavailable("Passwords cannot be checked at the moment", retryAfter: 2)
        }
    }

    // MARK: Who

    private static func describeCaller(_ caller: Caller?, _ call: APICall) async throws(RelayError) -> JSON {
        var (role, via) = ("admin", "loopback")
        var (member, account, key, rates, expiry): (JSON, JSON, JSON, JSON, JSON) = (nil, nil, nil, nil, nil)
        switch caller {
        case .adminKey: via = "admin_key"
        case .member(let who, let owner, let signIn):
            (role, via) = (who.role.rawValue, "sign_in")
            member = call.describe(who)
            account = call.describe(owner)
            expiry = .string(Moment.text(signIn.expiresAt))
        case .holder(let holder):
            (role, via) = ("key", "key")
            key = call.describe(holder.record)
            let status = call.shared.keeper.status(
                of: holder,
                model: nil,
                now: MonotonicTime.now().nanoseconds
            )
            rates = ["requests": Self.describe(status.requests), "tokens": Self.describe(status.tokens)]
        case .loopback, nil: break
        }
        return [
            "role": .string(role), "via": .string(via), "member": member, "account": account, "key": key,
            "rates": rates, "expires_at": expiry,
        ]
    }

    private static func describe(_ window: RateStatus.Window?) -> JSON {
        guard let window else { return .null }
        return [
            "limit": .count(window.limit), "remaining": .count(window.remaining),
            "reset_ms": .count(window.resetMilliseconds),
        ]
    }
}
