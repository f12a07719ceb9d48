// What callers may see, by who they are.

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

@testable import Console

@Suite struct CallerTests {
    private func member(_ role: Member.Role) -> Caller {
        let member = Member(
            id: "mem_1",
            accountID: "acct_1",
            name: "ada",
            role: role,
            passwordHash: "",
            createdAt: .distantPast
        )
        let signIn = SignIn(
            digest: SHA256Digest(hashing: "x"),
            memberID: "mem_1",
            createdAt: .distantPast,
            expiresAt: .distantFuture
        )
        return .member(member, Account(id: "acct_1", name: "one", createdAt: .distantPast), signIn)
    }

    private func holder() throws -> Caller {
        let key = try IssuedKey(name: "k", now: Date()) { $0.accountID = "acct_2" }
        return .holder(KeyHolder(record: key.record, account: .standard))
    }

    @Test("audiences")
    func audiences() throws {
        let callers: [(Caller, members: Bool, admins: Bool)] = [
            (.adminKey, true, true), (.loopback, true, true), (self.member(.admin), true, true),
            (self.member(.member), true, false), (try self.holder(), false, false),
        ]
        for (caller, members, admins) in callers {
            #expect(caller.belongs(to: .everybody))
            #expect(caller.belongs(to: .anyone))
            #expect(caller.belongs(to: .members) == members)
            #expect(caller.belongs(to: .admins) == admins)
            #expect(caller.isAdmin == admins)
        }
    }

    @Test("only those who are no admins are bound to an account")
    func accounts() throws {
        #expect(Caller.adminKey.accountID == nil)
        #expect(self.member(.admin).accountID == nil)
        #expect(self.member(.member).accountID == "acct_1")
        #expect(try self.holder().accountID == "acct_2")
    }
}
