// What is told of keys and members: nothing that lets anybody in.

import Foundation
import HTTPFraming
import OpenSSLTLS
import SessionCore
import Testing

@testable import Console

@Suite struct DescriptionsTests {
    @Test("no digest, no hash")
    func nothingSecret() async throws {
        let stage = try ConsoleStage()
        let (record, _) = try stage.key()
        _ = try await stage.signIn("ada", role: .member)
        let member = try #require(try await stage.accounts.member(named: "ada"))
        for path in [
            "/api/keys", "/api/keys/\(record.id)", "/api/members", "/api/members/\(member.id)", "/api/accounts",
        ] {
            let text = String(decoding: try await stage.ask(.get, path).body, as: UTF8.self)
            #expect(!text.contains(record.digest.hex))
            #expect(!text.contains(member.passwordHash))
            #expect(!text.contains("scrypt"))
        }
    }

    @Test("the status of a key follows the clock")
    func statuses() async throws {
        let stage = try ConsoleStage()
        let (expired, _) = try stage.key { $0.expiresAt = .distantPast }
        let (revoked, _) = try stage.key { key in
            key.expiresAt = .distantPast
            key.revokedAt = .distantPast
        }
        #expect(try await stage.ask(.get, "/api/keys/\(expired.id)").data["status"] == "expired")
        #expect(try await stage.ask(.get, "/api/keys/\(revoked.id)").data["status"] == "revoked")
    }
}
