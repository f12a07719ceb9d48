// /v1/batches: create, list, one, cancel. A batch belongs to the key that asked for it, and its lines run as that key's.

import EventLoop
import Foundation
import HTTPFraming
import SessionCore
import Transport

/// Answers one call about batches.
struct BatchesEndpoint {
    private enum Limits {
        static let listed = 20
        static let mostListed = 100
    }

    let answers: OwnedAnswers
    let engine: BatchEngine

    private var store: any BatchStore { self.engine.store }

    func create() {
        self.answers.identify { holder in
            self.answers.readBody(limit: BatchRequest.Limits.bodyBytes) { body in
                do throws(RelayError) {
                    self.create(try BatchRequest(body), holder)
                } catch {
                    self.answers.refuse(error)
                }
            }
        }
    }

    private func create(_ request: BatchRequest, _ holder: KeyHolder) {
        let (engine, key, address) = (self.engine, holder.record.id, self.answers.exchange.peer.ipBytes)
        self.answers.ask { () async throws(RelayError) in
            let file = try await telling { () async throws(StoreError) in
                try await engine.store.file(id: request.inputFileID, keyID: key, now: .now)
            }
            guard file?.purpose == .batch else { throw .fileNotFound(request.inputFileID) }
            guard let id = try? Identifier.batch() else { throw .internalError() }
            let now = Date.now
            let batch = Batch(
                id: id,
                keyID: key,
                address: address,
                endpoint: request.endpoint,
                inputFileID: request.inputFileID,
                metadata: request.metadata,
                createdAt: now,
                expiresAt: now.addingTimeInterval(BatchRequest.windowSeconds)
            )
            let limit = engine.settings.keyUnfinished
            let full = "This key has \(limit) batches that have not ended. Wait for one, or cancel one."
            try await telling(full: full) { () async throws(StoreError) in
                try await engine.store.insert(batch, unfinished: limit)
            }
            return batch
        } then: { batch in
            engine.wake()
            self.answers.respond(BatchRendering.object(batch))
        }
    }

    func list() {
        self.answers.identify { holder in
            guard let limit = self.answers.limit(Limits.listed, most: Limits.mostListed) else {
                return self.answers.refuse(.invalidParameter("limit", reason: "must be from 1 to \(Limits.mostListed)"))
            }
            let (store, key, after) = (self.store, holder.record.id, self.answers.item("after"))
            self.answers.ask { () async throws(RelayError) in
                try await telling { () async throws(StoreError) in
                    try await store.batches(keyID: key, after: after, limit: limit)
                }
            } then: { page in
                self.answers.respond(
                    BatchRendering.list(page.entries.map(BatchRendering.object), hasMore: page.hasMore)
                )
            }
        }
    }

    func get(_ id: String) {
        let store = self.store
        self.find(id) { key async throws(StoreError) in try await store.batch(id: id, keyID: key) }
    }

    func cancel(_ id: String) {
        let engine = self.engine
        self.find(id) { key async throws(StoreError) in
            let batch = try await engine.store.cancel(id: id, keyID: key, at: .now)
            engine.wake()
            return batch
        }
    }

    private func find(_ id: String, _ question: @escaping @Sendable (String) async throws(StoreError) -> Batch?) {
        self.answers.identify { holder in
            let key = holder.record.id
            self.answers.ask { () async throws(RelayError) in
                try await telling { () async throws(StoreError) in try await question(key) }
            } then: { batch in
                if let batch {
                    self.answers.respond(BatchRendering.object(batch))
                } else {
                    self.answers.refuse(.batchNotFound(id))
                }
            }
        }
    }
}
