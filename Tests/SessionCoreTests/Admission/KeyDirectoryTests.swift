// What memory believes and for how long, what it asks the store, and that nothing grows without bound.

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

@Suite("Key directory")
struct KeyDirectoryTests {
    private let store = ScriptedKeyStore()
    private let second: Int64 = 1_000_000_000

    private func digest(_ number: Int) -> SHA256Digest { SHA256Digest(hashing: Array("\(number)".utf8)) }

    private func record(_ number: Int, name: String = "n") -> KeyRecord {
        KeyRecord(
            id: "key_\(number)",
            name: name,
            digest: digest(number),
            displayPrefix: "p",
            createdAt: Date(timeIntervalSince1970: 0)
        )
    }

    private func holder(_ record: KeyRecord) -> KeyHolder { KeyHolder(record: record, account: .standard) }

    @Test func believesAnAnswerForOneSecond() async throws {
        store.set(record(1), for: digest(1))
        let directory = KeyDirectory(store: store)
        #expect(directory.cached(digest(1), now: 0) == .miss)
        #expect(try await directory.load(digest(1), now: 5)?.record == record(1))
        #expect(directory.cached(digest(1), now: 5) == .holder(holder(record(1))))
        #expect(directory.cached(digest(1), now: 4) == .holder(holder(record(1))))
        #expect(directory.cached(digest(1), now: 4 + second) == .holder(holder(record(1))))
        #expect(directory.cached(digest(1), now: 5 + second) == .miss)
    }

    @Test func remembersStrangersApart() async throws {
        let directory = KeyDirectory(store: store)
        #expect(try await directory.load(digest(1), now: 0) == nil)
        #expect(directory.cached(digest(1), now: second - 1) == .unknown)
        #expect(directory.cached(digest(1), now: second) == .miss)
    }

    @Test func aKeyMadeLaterReplacesTheMemoryOfAStranger() async throws {
        let directory = KeyDirectory(store: store)
        _ = try await directory.load(digest(1), now: 0)
        store.set(record(1), for: digest(1))
        _ = try await directory.load(digest(1), now: 10)
        #expect(directory.cached(digest(1), now: 10) == .holder(holder(record(1))))
        store.set(nil, for: digest(1))
        _ = try await directory.load(digest(1), now: 20)
        #expect(directory.cached(digest(1), now: 20) == .unknown)
    }

    @Test func idsAndDigestsAreRememberedApart() async throws {
        let directory = KeyDirectory(store: store)
        store.set(record(1), for: digest(1))
        #expect(try await directory.load(keyID: "key_1", now: 0) == holder(record(1)))
        #expect(try await directory.load(keyID: "key_2", now: 0) == nil)
        #expect(directory.cached(keyID: "key_1", now: 0) == .holder(holder(record(1))))
        #expect(directory.cached(keyID: "key_2", now: 0) == .unknown)
        #expect(directory.cached(digest(1), now: 0) == .miss)
        directory.forget()
        #expect(directory.cached(keyID: "key_1", now: 0) == .miss)
    }

    @Test func textThatIsNoKeyNeverReachesTheStore() {
        let directory = KeyDirectory(store: store)
        let stranger = Credential(carrier: .query, text: "' OR 1=1")
        #expect(directory.cached(stranger, now: 0) == .unknown)
        #expect(store.finds == 0)
    }

    @Test func aKeyOfOursIsLookedUp() async throws {
        let directory = KeyDirectory(store: store)
        let text = try KeyFormat.make()
        let credential = Credential(carrier: .authorization, text: text.text)
        #expect(directory.cached(credential, now: 0) == .miss)
        #expect(try await directory.load(credential.digest, now: 0) == nil)
        #expect(directory.cached(credential, now: 0) == .unknown)
    }

    @Test func failuresAreToldAndNotRemembered() async throws {
        let failure = StoreError.unavailable(location: "x", reason: "y", remedy: "z")
        store.fail(with: failure)
        let directory = KeyDirectory(store: store)
        await #expect(throws: failure) { try await directory.load(digest(1), now: 0) }
        #expect(directory.cached(digest(1), now: 0) == .miss)
        #expect(failure.refusal.status == 503)
        store.fail(with: nil)
        store.set(record(1), for: digest(1))
        #expect(try await directory.load(digest(1), now: 0)?.record == record(1))
    }

    @Test func questionsAtTheSameTimeBecomeOne() async throws {
        store.set(record(1), for: digest(1))
        store.hold()
        let directory = KeyDirectory(store: store)
        try await withThrowingTaskGroup(of: KeyHolder?.self) { group in
            for _ in 0..<20 { group.addTask { try await directory.load(digest(1), now: 0) } }
            await store.arrived(1)
            store.release()
            for try await answer in group { #expect(answer?.record == record(1)) }
        }
        // A task that started late may have found the first question answered and asked anew.
        #expect(store.finds <= 20)
        #expect(directory.cached(digest(1), now: 0) == .holder(holder(record(1))))
    }

    @Test func aSecondQuestionJoinsTheFirst() async throws {
        store.hold()
        let directory = KeyDirectory(store: store)
        let first = Task { try await directory.load(digest(1), now: 0) }
        await store.arrived(1)
        store.set(record(1), for: digest(1))
        async let second = directory.load(digest(1), now: 1)
        async let other = directory.load(digest(2), now: 1)
        await store.arrived(2)
        store.release()
        #expect(try await first.value == nil)
        _ = try await (second, other)
        #expect(directory.cached(digest(2), now: 1) == .unknown)
    }

    @Test func forgettingOutrunsAQuestionUnderWay() async throws {
        store.set(record(1, name: "old"), for: digest(1))
        store.hold()
        let directory = KeyDirectory(store: store)
        let before = Task { try await directory.load(digest(1), now: 0) }
        await store.arrived(1)
        store.set(record(1, name: "new"), for: digest(1))
        directory.forget()
        let after = Task { try await directory.load(digest(1), now: 0) }
        await store.arrived(2)
        store.release()
        #expect(try await before.value?.record.name == "old")
        #expect(try await after.value?.record.name == "new")
        #expect(directory.cached(digest(1), now: 0) == .holder(holder(record(1, name: "new"))))
        directory.forget()
        #expect(directory.cached(digest(1), now: 0) == .miss)
    }

    @Test func waitingQuestionsAreBounded() async throws {
        var limits = KeyDirectory.Limits()
        limits.waitingLoads = 2
        store.hold()
        let directory = KeyDirectory(store: store, limits: limits)
        let first = Task { try await directory.load(digest(1), now: 0) }
        let second = Task { try await directory.load(digest(2), now: 0) }
        await store.arrived(2)
        await #expect(throws: StoreError.overloaded(limit: 2)) { try await directory.load(digest(3), now: 0) }
        store.release()
        _ = try await (first.value, second.value)
        #expect(try await directory.load(digest(3), now: 0) == nil)
    }

    @Test func tablesAreBoundedAndStrangersDoNotPushOutKeys() async throws {
        var limits = KeyDirectory.Limits()
        limits.unknownKeys = 8
        limits.knownKeys = 8
        let directory = KeyDirectory(store: store, limits: limits)
        store.set(record(0), for: digest(0))
        _ = try await directory.load(digest(0), now: 0)
        for number in 1...100 { _ = try await directory.load(digest(number), now: 0) }
        #expect(directory.cached(digest(0), now: 0) == .holder(holder(record(0))))
        let remembered = (1...100).filter { directory.cached(digest($0), now: 0) == .unknown }
        #expect(remembered.count <= 8 && remembered.last == 100)
        for number in 101...200 {
            store.set(record(number), for: digest(number))
            _ = try await directory.load(digest(number), now: 0)
        }
        let known = (101...200).filter { directory.cached(digest($0), now: 0) != .miss }
        #expect(known.count <= 8 && known.last == 200)
    }

    /// Only the last of four keys is to be touched; had another been, it would have come first.
    @Test func theLastUseIsWrittenOnceAMinuteForKeysThatCount() async throws {
        let today = Date(timeIntervalSince1970: 1_000_000)
        var revoked = record(1)
        revoked.revokedAt = today
        var expired = record(2)
        expired.expiresAt = today
        var recent = record(3)
        recent.lastUsedAt = today.addingTimeInterval(-59)
        var due = record(4)
        due.lastUsedAt = today.addingTimeInterval(-60)
        let directory = KeyDirectory(store: store, date: { today })
        for key in [revoked, expired, recent, due] {
            store.set(key, for: key.digest)
            _ = try await directory.load(key.digest, now: 0)
        }
        _ = try await directory.load(digest(5), now: 0)
        var touches = store.touches.stream.makeAsyncIterator()
        #expect(await touches.next() == ScriptedKeyStore.Touch(id: "key_4", date: today))
    }

    @Test func clocksAtTheirEndsDoNoHarm() async throws {
        let directory = KeyDirectory(store: store)
        _ = try await directory.load(digest(1), now: .min)
        #expect(directory.cached(digest(1), now: .max) == .miss)
    }
}
