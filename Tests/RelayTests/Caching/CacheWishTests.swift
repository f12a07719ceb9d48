// Which requests take part in the cache, and which are the same.

import Foundation
import HTTPFraming
import OpenSSLTLS
import SessionCore
import Testing

@testable import Relay

@Suite("Cache wish")
struct CacheWishTests {
    private var settings: CacheSettings {
        var settings = CacheSettings()
        settings.models = ["cached*"]
        return settings
    }

    private func holder(_ account: String = "default") throws -> KeyHolder {
        KeyHolder(
            record: try IssuedKey(name: "k", now: .now).record,
            account: Account(id: account, name: account, createdAt: .now)
        )
    }

    private func wish(
        _ body: String,
        path: String = "/v1/chat/completions",
        query: String? = nil,
        model: String = "m",
        word: String? = "use",
        fields: [(String, String)] = [],
        holder: KeyHolder,
        scope: CacheSettings.Scope = .key
    ) throws -> CacheWish? {
        var settings = self.settings
        settings.scope = scope
        let all = HeaderFields(fields + (word.map { [(CacheWish.field, $0)] } ?? []))
        return try CacheWish(
            RequestHead(method: .post, target: path, path: path, query: query, fields: all),
            path: try #require(CallPath(path)),
            model: model,
            body: Array(body.utf8),
            holder: holder,
            settings: settings
        )
    }

    @Test func takesPartWhenAsked() throws {
        let holder = try self.holder()
        #expect(try self.wish("{}", holder: holder)?.looksUp == true)
        #expect(try self.wish("{}", word: "REFRESH", holder: holder)?.looksUp == false)
        #expect(try self.wish("{}", model: "cached-1", word: "skip", holder: holder) == nil)
        #expect(try self.wish("{}", word: nil, holder: holder) == nil)
        #expect(throws: RelayError.self) { try self.wish("{}", word: "maybe", holder: holder) }
    }

    @Test(
        "a configured model is cached where nothing is left to chance",
        arguments: [
            (#"{"temperature":0}"#, true), (#"{"temperature":0.0}"#, true), (#"{"seed":1}"#, true), ("{}", false),
            (#"{"temperature":0.1}"#, false), (#"{"temperature":null}"#, false), ("nonsense", false),
            (#"{"generationConfig":{"temperature":0}}"#, true),
        ]
    )
    func takesPartUnasked(body: String, isCached: Bool) throws {
        let holder = try self.holder()
        #expect(try (self.wish(body, model: "cached-1", word: nil, holder: holder) != nil) == isCached)
    }

    @Test func someEndpointsNeverTakePart() throws {
        let holder = try self.holder()
        #expect(try self.wish("{}", path: "/v1/embeddings", model: "cached-1", word: nil, holder: holder) != nil)
        for path in ["/v1/responses", "/v1/messages/count_tokens", "/v1/audio/speech"] {
            #expect(try self.wish("{}", path: path, holder: holder) == nil, "\(path)")
        }
    }

    @Test("the same request has the same name, any other another")
    func names() throws {
        let (one, other) = (try self.holder(), try self.holder())
        let name = try self.wish("{}", holder: one)?.name
        #expect(try self.wish("{}", query: "key=secret", holder: one)?.name == name)
        #expect(try self.wish("{}", fields: [("user-agent", "x"), ("authorization", "y")], holder: one)?.name == name)
        for different in [
            try self.wish("{ }", holder: one), try self.wish("{}", query: "a=b", holder: one),
            try self.wish("{}", model: "n", holder: one), try self.wish("{}", holder: other),
            try self.wish("{}", path: "/v1/messages", holder: one),
            try self.wish("{}", fields: [("anthropic-beta", "x")], holder: one),
        ] {
            #expect(different != nil && different?.name != name)
        }
    }

    @Test func scopes() throws {
        let (one, neighbour, stranger) = (try self.holder(), try self.holder(), try self.holder("acct_2"))
        func name(_ holder: KeyHolder, _ scope: CacheSettings.Scope) throws -> String? {
            try self.wish("{}", holder: holder, scope: scope)?.name.hex
        }
        #expect(try name(one, .key) != name(neighbour, .key))
        #expect(try name(one, .account) == name(neighbour, .account))
        #expect(try name(one, .account) != name(stranger, .account))
        #expect(try name(one, .all) == name(stranger, .all))
    }
}
