// The phases credential and admit: who asks, found in memory or in the store, without holding the loop.

import EventLoop
import Foundation
import HTTPFraming
import OpenSSLTLS
import SessionCore
import TestSupport
import Testing

@testable import Relay

@Suite("KeyCheck", .ownThread)
struct KeyCheckTests {
    /// Answers as they come.
    private final class Answers {
        var all: [Result<KeyHolder, RelayError>] = []
        var errors: [RelayError] {
            self.all.compactMap { if case .failure(let error) = $0 { error } else { nil } }
        }
    }

    private func identify(
        _ stage: RelayStage,
        _ fields: [(String, String)],
        query: [(name: String, value: String)] = [],
        subprotocols: [String] = []
    ) -> Answers {
        let answers = Answers()
        let head = RequestHead(method: .get, target: "/", path: "/", fields: HeaderFields(fields))
        stage.service.keyCheck.identify(head, query: query, subprotocols: subprotocols) { answers.all.append($0) }
        return answers
    }

    @Test("a key is found in each of its carriers; asked for once, then known for a second")
    func carriers() throws {
        let stage = try RelayStage()
        let key = stage.key
        let first = self.identify(stage, [("authorization", "Bearer \(key)")])
        #expect(first.all.isEmpty, "the store is not waited for")
        #expect(stage.run { first.all.count == 1 })
        #expect(try #require(first.all.first).get().record.name == "test")
        for answers in [
            self.identify(stage, [("x-api-key", key)]), self.identify(stage, [("api-key", key)]),
            self.identify(stage, [("x-goog-api-key", key)]), self.identify(stage, [], query: [("key", key)]),
            self.identify(stage, [], subprotocols: ["realtime", "openai-insecure-api-key.\(key)"]),
        ] {
            #expect(try #require(answers.all.first).get().record.name == "test")
        }
        #expect(stage.store.finds == 1)
        stage.advance(by: .seconds(2))
        let later = self.identify(stage, [("x-api-key", key)])
        #expect(stage.run { later.all.count == 1 })
        #expect(stage.store.finds == 2)
        stage.expectNothingLeft()
    }

    @Test("no key, two keys, and a text that is no key are answered without the store")
    func atOnce() throws {
        let stage = try RelayStage()
        #expect(self.identify(stage, []).errors == [.noCredential()])
        #expect(self.identify(stage, [("x-api-key", "nonsense")]).errors == [.unknownKey()])
        let two = self.identify(stage, [("x-api-key", stage.key), ("api-key", "other")])
        #expect(two.errors.map(\.code) == ["conflicting_credentials"])
        #expect(stage.store.finds == 0)
        stage.expectNothingLeft()
    }

    @Test("a well-formed key that nobody owns is asked for once")
    func unknown() throws {
        let stage = try RelayStage()
        let other = try IssuedKey(name: "other", now: Date()).text.text
        let first = self.identify(stage, [("x-api-key", other)])
        #expect(stage.run { first.all.count == 1 })
        #expect(first.errors == [.unknownKey()])
        #expect(self.identify(stage, [("x-api-key", other)]).errors == [.unknownKey()])
        #expect(stage.store.finds == 1)
        stage.expectNothingLeft()
    }

    @Test("a store that fails is a 503, and is asked again")
    func failing() throws {
        let stage = try RelayStage()
        stage.store.fail(with: .overloaded(limit: 1))
        for count in 1...2 {
            let answers = self.identify(stage, [("x-api-key", stage.key)])
            #expect(stage.run { answers.all.count == 1 })
            #expect(answers.errors.map(\.status) == [503])
            #expect(stage.store.finds == count)
        }
        stage.expectNothingLeft()
    }
}
