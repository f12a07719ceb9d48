// What the endpoints of files and batches have in common: whose they are, the store behind them, JSON in front.

import Dialects
import EventLoop
import Foundation
import HTTPFraming
import SessionCore
import Transport

/// One call of a key about what it owns.
struct OwnedAnswers {
    let exchange: ServerExchange
    let requestID: RequestID
    let service: RelayService

    /// Finds out whose key it is; a secret owns nothing.
    func identify(then: @escaping (KeyHolder) -> Void) {
        self.service.keyCheck.identify(self.exchange.head, query: self.query, subprotocols: []) { result in
            do throws(RelayError) {
                let holder = try result.get()
                guard holder.secret == nil else { throw .secretNotAllowed() }
                _ = try self.service.keyCheck.admit(holder, model: nil, peer: self.exchange.peer).get()
                then(holder)
            } catch {
                self.refuse(error)
            }
        }
    }

    var query: [(name: String, value: String)] {
        (try? RequestTarget.queryItems(self.exchange.head.query ?? "")) ?? []
    }

    func item(_ name: String) -> String? { self.query.first { $0.name == name }?.value }

    /// A bounded number of the query; nil where something else stands.
    func limit(_ standard: Int, most: Int) -> Int? {
        guard let text = self.item("limit") else { return standard }
        return Int(text).flatMap { (1...most).contains($0) ? $0 : nil }
    }

    func readBody(limit: Int, then: @escaping ([UInt8]) -> Void) {
        self.exchange.readBody(limit: limit) { result in
            switch result {
            case .success(let body): then(body)
            case .failure(.tooLarge): self.refuse(.tooLarge(limitBytes: limit))
            case .failure(.refused(let refusal)): self.refuse(ErrorRendering.error(for: refusal))
            case .failure(.clientGone): break
            }
        }
    }

    /// Asks the store off the loop; what it refuses is told.
    func ask<Value: Sendable>(
        _ question: @escaping @Sendable () async throws(RelayError) -> Value,
        then: @escaping (Value) -> Void
    ) {
        let started = self.service.context.loop.perform { () async -> Result<Value, RelayError> in
            do throws(RelayError) {
                return .success(try await question())
            } catch {
                return .failure(error)
            }
        } then: { result in
            switch result {
            case .success(let value): then(value)
            case .failure(let error): self.refuse(error)
            }
        }
        if !started { self.refuse(.serviceUnavailable("Files cannot be reached at the moment")) }
    }

    func refuse(_ error: RelayError) {
        self.service.refuse(error, self.exchange, self.requestID)
    }

    func respond(_ json: JSONValue) {
        var fields = ErrorRendering.commonFields(requestID: self.requestID)
        fields.append("content-type", "application/json")
        self.exchange.respond(HTTPAnswer(status: 200, fields: fields, body: json.rendered))
    }
}

extension RelayError {
    static func fileNotFound(_ id: String) -> RelayError {
        self.nothing("file_not_found", "There is no file \(self.quoted(id)) of this key.")
    }

    static func batchNotFound(_ id: String) -> RelayError {
        self.nothing("batch_not_found", "There is no batch \(self.quoted(id)) of this key.")
    }

    private static func nothing(_ code: String, _ message: String) -> RelayError {
        RelayError(status: 404, type: "invalid_request_error", code: code, message: message, closeCode: 4004)
    }

    /// A store's failure in the middle of something else than a look-up of keys.
    init(_ error: StoreError, full: String) {
        switch error {
        case .overloaded: self = .invalidRequest(code: "limit_exceeded", message: full)
        case .unavailable, .corrupt: self = .serviceUnavailable("Files and batches cannot be reached at the moment")
        case .notFound, .duplicate, .revoked: self = .internalError()
        }
    }
}

/// Runs a question to a store, its failures in words for clients.
func telling<Value>(
    full: String = "",
    _ question: () async throws(StoreError) -> Value
) async throws(RelayError) -> Value {
    do throws(StoreError) {
        return try await question()
    } catch {
        throw RelayError(error, full: full)
    }
}
