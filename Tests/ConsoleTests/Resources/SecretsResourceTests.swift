// Secrets that the console speaks with: of keys that count, for one model, within what the caller may.

import Foundation
import HTTPFraming
import SessionCore
import Testing

@testable import Console

@Suite struct SecretsResourceTests {
    private let body: JSON = ["model": "talk", "use": "realtime"]

    @Test func aSecretBelongsToItsKeyAndModel() async throws {
        let stage = try ConsoleStage()
        let key = try stage.key().record
        let told = try await stage.ask(.post, "/api/keys/\(key.id)/secret", self.body)
        #expect(told.status == 201)
        let value = try #require(told.data["value"]?.text)
        #expect(ClientSecretFormat.isWellFormed(value))
        let kept = try #require(stage.secrets.all.first)
        #expect(kept.keyID == key.id && kept.model == "talk")
        #expect(kept.session == #"{"type":"realtime","model":"talk"}"#)
        #expect(kept.expiresAt.timeIntervalSince(kept.createdAt) == 600)
        #expect(!kept.session.contains(value))
    }

    @Test func aSecretForChatSaysSo() async throws {
        let stage = try ConsoleStage()
        let key = try stage.key().record
        let told = try await stage.ask(
            .post,
            "/api/keys/\(key.id)/secret",
            ["model": "talk", "use": "chat", "seconds": 30]
        )
        #expect(told.data["use"]?.text == "chat")
        #expect(stage.secrets.all.first?.session == #"{"type":"chat","model":"talk"}"#)
    }

    @Test func onlyWhatTheKeyMayUse() async throws {
        let stage = try ConsoleStage()
        let key = try stage.key { $0.models = ["chat-1"] }.record
        #expect(try await stage.ask(.post, "/api/keys/\(key.id)/secret", self.body).code == "model_not_allowed")
        let unknown: JSON = ["model": "nothing", "use": "chat"]
        let other = try stage.key().record
        #expect(try await stage.ask(.post, "/api/keys/\(other.id)/secret", unknown).code == "model_not_found")
    }

    @Test func notOfAKeyThatCountsNoMore() async throws {
        let stage = try ConsoleStage()
        let revoked = try stage.key { $0.revokedAt = Date(timeIntervalSince1970: 1) }.record
        #expect(try await stage.ask(.post, "/api/keys/\(revoked.id)/secret", self.body).code == "key_revoked")
        let expired = try stage.key { $0.expiresAt = Date(timeIntervalSince1970: 1) }.record
        #expect(try await stage.ask(.post, "/api/keys/\(expired.id)/secret", self.body).code == "key_expired")
        #expect(try await stage.ask(.post, "/api/keys/key_none/secret", self.body).status == 404)
        #expect(stage.secrets.all.isEmpty)
    }

    @Test func aMemberGetsNoneOfOthers() async throws {
        let stage = try ConsoleStage()
        try await stage.account("acct_other")
        let key = try stage.key { $0.accountID = "acct_other" }.record
        let member = try await stage.signIn("ada", role: .member)
        #expect(try await stage.ask(.post, "/api/keys/\(key.id)/secret", self.body, as: member).status == 404)
    }

    @Test func theHolderOfAKeyGetsNone() async throws {
        let stage = try ConsoleStage()
        let (record, fields) = try stage.key()
        #expect(try await stage.ask(.post, "/api/keys/\(record.id)/secret", self.body, as: fields).status == 403)
    }
}
