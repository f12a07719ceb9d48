// Keys in memory, and a store that fails or keeps its askers waiting when a test says so.

import Foundation
import OpenSSLTLS
import SessionCore
import Synchronization

/// Keeps the keys of one test.
final class MemoryKeyStore: KeyStore {
    private struct State {
        var records: [SHA256Digest: KeyRecord] = [:]
        var account = Account.standard
        var failure: StoreError?
        var finds = 0
        var isHeld = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// How often a key was asked for.
    var finds: Int { self.state.withLock(\.finds) }

    func add(_ record: KeyRecord) {
        self.state.withLock { $0.records[record.digest] = record }
    }

    /// The account that all keys belong to.
    var account: Account {
        get { self.state.withLock(\.account) }
        set { self.state.withLock { $0.account = newValue } }
    }

    /// Changes what is kept of all keys.
    func change(_ change: (inout KeyRecord) -> Void) {
        self.state.withLock { state in
            state.records = state.records.mapValues { record in
                var record = record
                change(&record)
                return record
            }
        }
    }

    func fail(with error: StoreError) {
        self.state.withLock { $0.failure = error }
    }

    /// From now on askers wait for `release`.
    func hold() {
        self.state.withLock { $0.isHeld = true }
    }

    func release() {
        let waiting = self.state.withLock { state in
            state.isHeld = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func holder(id: String) async throws(StoreError) -> KeyHolder? {
        self.state.withLock { state in state.records.values.first { $0.id == id } }.map {
            KeyHolder(record: $0, account: self.account)
        }
    }

    func holder(digest: SHA256Digest, now: Date) async throws(StoreError) -> KeyHolder? {
        let answer = self.state.withLock { state in
            state.finds += 1
            return state.failure.map { Result<KeyRecord?, StoreError>.failure($0) } ?? .success(state.records[digest])
        }
        await withCheckedContinuation { continuation in
            let goesOn = self.state.withLock { state in
                if state.isHeld { state.waiting.append(continuation) }
                return !state.isHeld
            }
            if goesOn { continuation.resume() }
        }
        return try answer.get().map { KeyHolder(record: $0, account: self.account) }
    }

    func insert(_ record: KeyRecord) async throws(StoreError) { self.add(record) }
    func insertFirst(_ record: KeyRecord) async throws(StoreError) -> Bool { false }
    func get(id: String) async throws(StoreError) -> KeyRecord? { nil }
    func list() async throws(StoreError) -> [KeyRecord] { [] }
    func revoke(id: String, at date: Date) async throws(StoreError) -> KeyRecord { throw .notFound(id: id) }
    func replaceDigest(
        id: String,
        digest: SHA256Digest,
        displayPrefix: String,
        formerUntil: Date?
    ) async throws(StoreError) -> KeyRecord { throw .notFound(id: id) }
    func update(_ record: KeyRecord) async throws(StoreError) -> KeyRecord { throw .notFound(id: record.id) }
    func delete(id: String) async throws(StoreError) { throw .notFound(id: id) }
    func touchLastUse(id: String, at date: Date) async throws(StoreError) {}
    func isEmpty() async throws(StoreError) -> Bool { false }
}
