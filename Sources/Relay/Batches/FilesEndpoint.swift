// /v1/files: upload (multipart), list, one, its content, delete. A file belongs to the key that gave it.

import EventLoop
import Foundation
import HTTPFraming
import SessionCore
import Transport

/// Answers one call about files.
struct FilesEndpoint {
    private enum Limits {
        static let nameBytes = 255
        static let listed = 100
        static let mostListed = 1_000
        /// Bounds of `expires_after`, in seconds.
        static let expiry = 3_600...2_592_000
    }

    let answers: OwnedAnswers
    let engine: BatchEngine

    private var store: any BatchStore { self.engine.store }

    func list() {
        self.answers.identify { holder in
            guard let limit = self.answers.limit(Limits.listed, most: Limits.mostListed) else {
                return self.answers.refuse(.invalidParameter("limit", reason: "must be from 1 to \(Limits.mostListed)"))
            }
            let purpose = self.answers.item("purpose").map { StoredFile.Purpose(rawValue: $0) }
            if case .some(.none) = purpose {
                return self.answers.respond(BatchRendering.list([], hasMore: false))
            }
            let (store, key, after) = (self.store, holder.record.id, self.answers.item("after"))
            let isAscending = self.answers.item("order") == "asc"
            self.answers.ask { () async throws(RelayError) in
                try await telling { () async throws(StoreError) in
                    try await store.files(
                        keyID: key,
                        purpose: purpose ?? nil,
                        after: after,
                        limit: limit,
                        isAscending: isAscending,
                        now: .now
                    )
                }
            } then: { page in
                self.answers.respond(
                    BatchRendering.list(page.entries.map(BatchRendering.object), hasMore: page.hasMore)
                )
            }
        }
    }

    // MARK: Upload

    func upload() {
        let limit = self.answers.service.context.limits.requestBodyBytes
        self.answers.identify { holder in
            self.answers.readBody(limit: limit) { body in
                let (store, key, settings) = (self.store, holder.record.id, self.engine.settings)
                let type = self.answers.exchange.head.fields["content-type"]
                self.answers.ask { () async throws(RelayError) in
                    let (file, content) = try Self.file(body, type, keyID: key, settings)
                    let full =
                        "The files of this key would be more than \(settings.keyFileBytes >> 20) MiB. Delete some."
                    try await telling(full: full) { () async throws(StoreError) in
                        try await store.insert(file, content: content, keyBytes: settings.keyFileBytes)
                    }
                    return file
                } then: { file in
                    self.answers.respond(BatchRendering.object(file))
                }
            }
        }
    }

    /// Takes the form apart.
    private static func file(
        _ body: [UInt8],
        _ contentType: String?,
        keyID: String,
        _ settings: BatchSettings
    ) throws(RelayError) -> (StoredFile, [UInt8]) {
        let form: MultipartForm
        do throws(MultipartViolation) {
            form = try MultipartForm(body, contentType: contentType)
        } catch {
            throw .invalidRequest(
                code: "invalid_form",
                message: "The body is no multipart/form-data (\(error)). Send the fields purpose and file."
            )
        }
        guard let purpose = form.text("purpose", in: body) else { throw .missingParameter("purpose") }
        guard purpose == StoredFile.Purpose.batch.rawValue else {
            throw .invalidParameter("purpose", reason: "must be batch: files are kept here for batches alone")
        }
        guard let part = form["file"] else { throw .missingParameter("file") }
        guard !part.content.isEmpty else { throw .invalidParameter("file", reason: "is empty") }
        var seconds = settings.fileDays * 86_400
        if let text = form.text("expires_after[seconds]", in: body) {
            guard let given = Int(text), Limits.expiry.contains(given) else {
                throw .invalidParameter("expires_after[seconds]", reason: "must be from 3600 to 2592000")
            }
            seconds = given
        }
        guard let id = try? Identifier.file() else { throw .internalError() }
        let file = StoredFile(
            id: id,
            keyID: keyID,
            name: self.name(part.filename),
            purpose: .batch,
            bytes: part.content.count,
            createdAt: .now,
            expiresAt: Date.now.addingTimeInterval(TimeInterval(seconds))
        )
        return (file, Array(body[part.content]))
    }

    /// What the client called the file, without what would break out of a line or a path.
    private static func name(_ given: String?) -> String {
        let last = given?.split(whereSeparator: { $0 == "/" || $0 == "\\" }).last.map(String.init) ?? ""
        let scalars = last.unicodeScalars.filter { $0.properties.generalCategory != .control }
        var name = String(String.UnicodeScalarView(scalars))
        while name.utf8.count > Limits.nameBytes { name.removeLast() }
        return name.isEmpty ? "file.jsonl" : name
    }

    // MARK: One file

    func get(_ id: String) {
        self.find(id) { self.answers.respond(BatchRendering.object($0)) }
    }

    func delete(_ id: String) {
        self.answers.identify { holder in
            let (store, key) = (self.store, holder.record.id)
            self.answers.ask { () async throws(RelayError) in
                try await telling { () async throws(StoreError) in try await store.deleteFile(id: id, keyID: key) }
            } then: { isDeleted in
                if isDeleted {
                    self.answers.respond(BatchRendering.deleted(id))
                } else {
                    self.answers.refuse(.fileNotFound(id))
                }
            }
        }
    }

    func content(_ id: String) {
        self.find(id) { file in
            var fields = ErrorRendering.commonFields(requestID: self.answers.requestID)
            fields.append("content-type", "application/octet-stream")
            self.answers.exchange.begin(status: 200, fields: fields, length: file.bytes)
            self.send(file, part: 0)
        }
    }

    /// Sends part after part, each when the one before is on its way.
    private func send(_ file: StoredFile, part: Int) {
        let (store, exchange) = (self.store, self.answers.exchange)
        let started = self.answers.service.context.loop.perform { () async -> Result<[UInt8]?, StoreError> in
            do throws(StoreError) {
                return .success(try await store.content(of: file.id, part: part))
            } catch {
                return .failure(error)
            }
        } then: { result in
            guard !exchange.isDone else { return }
            switch result {
            case .success(let bytes?):
                exchange.write(bytes.span)
                guard exchange.isCongested else { return self.send(file, part: part + 1) }
                exchange.onDrained = {
                    exchange.onDrained = nil
                    self.send(file, part: part + 1)
                }
            case .success(nil): exchange.finish()
            // Deleted, or the store fails: the client sees that it is not whole.
            case .failure: exchange.abort()
            }
        }
        if !started { exchange.abort() }
    }

    private func find(_ id: String, then: @escaping (StoredFile) -> Void) {
        self.answers.identify { holder in
            let (store, key) = (self.store, holder.record.id)
            self.answers.ask { () async throws(RelayError) in
                try await telling { () async throws(StoreError) in
                    try await store.file(id: id, keyID: key, now: .now)
                }
            } then: { file in
                if let file { then(file) } else { self.answers.refuse(.fileNotFound(id)) }
            }
        }
    }
}
