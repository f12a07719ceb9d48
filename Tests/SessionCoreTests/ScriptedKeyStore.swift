// A store that answers when told to, and counts what it was asked.

import Foundation
import OpenSSLTLS
import SessionCore
import Synchronization

/// A store for tests of what stands in front of one.
final class ScriptedKeyStore: KeyStore {
    private struct State {
        var records: [SHA256Digest: KeyRecord] = [:]
        var failure: StoreError?
        var finds = 0
        var isHeld = false
        var waiting: [CheckedContinuation<Void, Never>] = []
        var observers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    /// One call of `touchLastUse`.
    struct Touch: Equatable, Sendable {
        let id: String
        let date: Date
    }

    private let state = Mutex(State())

    /// The calls of `touchLastUse` as they come.
    let touches = AsyncStream.makeStream(of: Touch.self)

    /// How often `find` was called.
    var finds: Int { state.withLock(\.finds) }

    func set(_ record: KeyRecord?, for digest: SHA256Digest) {
        state.withLock { $0.records[digest] = record }
    }

    func fail(with error: StoreError?) {
        state.withLock { $0.failure = error }
    }

    /// From now on `find` waits for `release`.
    func hold() {
        state.withLock { $0.isHeld = true }
    }

    /// Lets all waiting and later calls go on.
    func release() {
        let waiting = state.withLock { state in
            state.isHeld = false
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once `find` was called `count` times.
    func arrived(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isThere = state.withLock { state in
                guard state.finds < count else { return true }
                state.observers.append((count, continuation))
                return false
            }
            if isThere { continuation.resume() }
        }
    }

    func holder(id: String) async throws(StoreError) -> KeyHolder? {
        state.withLock { state in state.records.values.first { $0.id == id } }.map {
            KeyHolder(record: $0, account: .standard)
        }
    }

    func holder(digest: SHA256Digest, now: Date) async throws(StoreError) -> KeyHolder? {
        // The answer is that of the moment of asking, as a snapshot's would be.
        let answer = state.withLock { state in
            state.finds += 1
            return state.failure.map { Result<KeyRecord?, StoreError>.failure($0) } ?? .success(state.records[digest])
        }
        await withCheckedContinuation { continuation in
            let (ready, goesOn) = state.withLock { state in
                let ready = state.observers.filter { $0.count <= state.finds }
                state.observers.removeAll { $0.count <= state.finds }
                if state.isHeld { state.waiting.append(continuation) }
                return (ready, !state.isHeld)
            }
            for observer in ready { observer.continuation.resume() }
            if goesOn { continuation.resume() }
        }
        return try answer.get().map { KeyHolder(record: $0, account: .standard) }
    }

    func insert(_ record: KeyRecord) async throws(StoreError) { set(record, for: record.digest) }
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
    func touchLastUse(id: String, at date: Date) async throws(StoreError) {
        touches.continuation.yield(Touch(id: id, date: date))
    }
    func isEmpty() async throws(StoreError) -> Bool { true }
}
