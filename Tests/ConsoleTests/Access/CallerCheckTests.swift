// Who is recognised by what, and in which order. The attacks are those of a page elsewhere: a forged request with the
// victim's cookie, and a name of its own that points at the victim's machine.

import EventLoop
import Foundation
import SessionCore
import Testing

@testable import Console

@Suite struct CallerCheckTests {
    private func refusal(
        _ stage: ConsoleStage,
        _ fields: [(String, String)],
        peer: SocketAddress = .loopback(port: 9),
        changesState: Bool = false
    ) async -> String? {
        do throws(RelayError) {
            _ = try await CallerCheck(stage.shared).caller(
                ConsoleStage.visitor(fields, peer: peer),
                changesState: changesState,
                now: Date()
            )
            return nil
        } catch {
            return error.code
        }
    }

    private func elsewhere() throws -> SocketAddress { try #require(SocketAddress(ip: "203.0.113.9", port: 5)) }

    @Test("the admin key counts from anywhere, and only whole")
    func adminKey() async throws {
        let stage = try ConsoleStage()
        #expect(await self.refusal(stage, ConsoleStage.admin, peer: try self.elsewhere(), changesState: true) == nil)
        for wrong in ["admin-key-of-the-test", "admin-key-of-the-tests2", "ADMIN-KEY-OF-THE-TESTS"] {
            #expect(await self.refusal(stage, [("authorization", "Bearer \(wrong)")]) == "invalid_api_key")
        }
        #expect(await self.refusal(stage, [ConsoleStage.host]) == "authentication_failed")
    }

    @Test("without an admin key, whoever sits here is admin; what is shown and wrong is refused all the same")
    func loopback() async throws {
        let stage = try ConsoleStage(adminKey: nil)
        #expect(await self.refusal(stage, [ConsoleStage.host], changesState: true) == nil)
        #expect(await self.refusal(stage, [ConsoleStage.host, ("authorization", "Bearer x")]) == "invalid_api_key")
        #expect(await self.refusal(stage, [ConsoleStage.host, ("authorization", "Basic eDp5")]) == "invalid_api_key")
        #expect(await self.refusal(stage, [ConsoleStage.host], peer: try self.elsewhere()) == "admin_key_required")
    }

    @Test("whoever was signed in and is no more does not become the neighbour")
    func formerMembers() async throws {
        let stage = try ConsoleStage(adminKey: nil)
        let fields = try await stage.signIn("ada", role: .member)
        var member = try #require(try await stage.accounts.member(named: "ada"))
        member.disabledAt = Date(timeIntervalSinceNow: -1)
        _ = try await stage.accounts.update(member)
        #expect(await self.refusal(stage, fields) == "authentication_failed")
    }

    @Test("an empty admin key is none")
    func emptyAdminKey() async throws {
        let stage = try ConsoleStage(adminKey: "")
        #expect(await self.refusal(stage, [ConsoleStage.host], peer: try self.elsewhere()) == "admin_key_required")
        #expect(
            await self.refusal(stage, [("authorization", "Bearer ")], peer: try self.elsewhere())
                == "admin_key_required"
        )
    }

    @Test("DNS rebinding, proxies and pages of other origins are not whoever sits here")
    func rebinding() async throws {
        let stage = try ConsoleStage(adminKey: nil)
        #expect(await self.refusal(stage, [("host", "evil.example:8080")]) == "host_not_allowed")
        #expect(await self.refusal(stage, [ConsoleStage.host, ("x-forwarded-for", "1.2.3.4")]) == "host_not_allowed")
        #expect(await self.refusal(stage, []) == "host_not_allowed")
        for field in [
            ("sec-fetch-site", "cross-site"), ("origin", "http://localhost:3000"), ("sec-fetch-site", "same-site"),
        ] {
            #expect(await self.refusal(stage, [ConsoleStage.host, field]) == "cross_site_request")
        }
    }

    @Test("a cookie looks without evidence and changes only with it")
    func cookies() async throws {
        let stage = try ConsoleStage()
        let fields = try await stage.signIn("ada", role: .member)
        let bare = Array(fields.prefix(2))
        #expect(await self.refusal(stage, fields, changesState: true) == nil)
        #expect(await self.refusal(stage, bare) == nil)
        #expect(await self.refusal(stage, bare, changesState: true) == "cross_site_request")
        #expect(
            await self.refusal(stage, bare + [("sec-fetch-site", "none")], changesState: true) == "cross_site_request"
        )
        #expect(await self.refusal(stage, bare + [("origin", "http://evil.example")]) == "cross_site_request")
    }

    @Test("a cookie counts as long as sign-in, member and account do")
    func endedSignIns() async throws {
        let stage = try ConsoleStage()
        let fields = try await stage.signIn("ada", role: .admin)
        var member = try #require(try await stage.accounts.member(named: "ada"))
        member.disabledAt = Date(timeIntervalSinceNow: -1)
        _ = try await stage.accounts.update(member)
        #expect(await self.refusal(stage, fields) == "authentication_failed")
        member.disabledAt = nil
        _ = try await stage.accounts.update(member)
        #expect(await self.refusal(stage, fields) == nil)
        var account = Account.standard
        account.disabledAt = Date(timeIntervalSinceNow: -1)
        _ = try await stage.accounts.update(account)
        #expect(await self.refusal(stage, fields) == "authentication_failed")
    }

    @Test("keys are judged as everywhere: status, expiry, address")
    func keys() async throws {
        let stage = try ConsoleStage()
        let good = try stage.key()
        #expect(await self.refusal(stage, good.fields) == nil)
        let revoked = try stage.key { $0.revokedAt = .distantPast }
        #expect(await self.refusal(stage, revoked.fields) == "api_key_revoked")
        let expired = try stage.key { $0.expiresAt = .distantPast }
        #expect(await self.refusal(stage, expired.fields) == "api_key_expired")
        let bound = try stage.key { $0.addresses = [CIDRBlock("10.0.0.0/8")].compactMap { $0 } }
        #expect(await self.refusal(stage, bound.fields) == "ip_not_allowed")
        #expect(await self.refusal(stage, [("authorization", "Bearer ek_lw_abc")]) == "client_secret_not_allowed")
        let twice = good.fields + [("authorization", "Bearer \(ConsoleStage.adminKey)")]
        #expect(await self.refusal(stage, twice) == "conflicting_credentials")
    }

    @Test("a store that fails is told as such")
    func failingStore() async throws {
        let stage = try ConsoleStage()
        let key = try stage.key()
        stage.keyStore.fail(with: .unavailable(location: "x", reason: "y", remedy: "z"))
        #expect(await self.refusal(stage, key.fields) == "service_unavailable")
    }

    @Test("another configuration's admin key counts at once, and no count of failed attempts is forgotten")
    func otherAdminKey() throws {
        let stage = try ConsoleStage()
        let next = stage.shared.succeeded(
            adminKey: Secret("another"),
            catalog: ModelCatalog(models: [], upstreams: []),
            health: stage.health,
            keyBoard: stage.keyBoard
        )
        #expect(next.adminKey != stage.shared.adminKey && next.catalog.models.isEmpty)
        func attempt(_ shared: ConsoleShared) -> Int? {
            shared.withThrottle { $0.begin(name: "ada", address: [127, 0, 0, 1], now: 100) }
        }
        for _ in 0..<5 { #expect(attempt(stage.shared) == nil) }
        #expect(attempt(next) == 1)
        let none = next.succeeded(
            adminKey: Secret(""),
            catalog: next.catalog,
            health: next.health,
            keyBoard: next.keyBoard
        )
        #expect(none.adminKey == nil)
    }
}
