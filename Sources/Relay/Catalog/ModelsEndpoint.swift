// GET /{version}/models and /{version}/models/{id}: the models that the key may use, in the shape of whoever asks, a page at
// a time where that shape has pages (protocol: http §0, §1.7, §2.6, §3.6).

import Dialects
import Foundation
import HTTPFraming
import SessionCore
import Transport

/// Answers one request for the catalogue.
struct ModelsEndpoint {
    private static let collections = GeminiPath.versions.map { $0 + "models" }

    private let exchange: ServerExchange
    private let requestID: RequestID
    private let service: RelayService
    private let dialect: ChatDialect

    init(_ exchange: ServerExchange, requestID: RequestID, service: RelayService) {
        self.exchange = exchange
        self.requestID = requestID
        self.service = service
        self.dialect = ChatDialect(of: exchange.head)
    }

    /// Whether a path is the list of all models.
    static func isList(_ path: String) -> Bool { self.collections.contains(path) }

    /// The model a path names; ids may hold "/", encoded or not.
    static func modelID(in path: String) -> String? {
        guard let collection = self.collections.first(where: { path.hasPrefix($0 + "/") }),
            RequestTarget.isNormal(path)
        else { return nil }
        return RequestTarget.decodeSegment(path.dropFirst(collection.utf8.count + 1))
    }

    func list() {
        self.identify { holder in
            let models = self.service.shared.catalog.models.filter { holder.allows(model: $0.id) }
            do {
                self.respond(try self.list(of: models.map(Self.entry)))
            } catch {
                self.service.refuse(ErrorRendering.error(for: error), self.exchange, self.requestID)
            }
        }
    }

    private func list(of models: [ListedModel]) throws -> [UInt8] {
        let query = (try? RequestTarget.queryItems(self.exchange.head.query ?? "")) ?? []
        let value = { name in query.first { $0.name == name }?.value }
        switch self.dialect {
        case .openai:
            return ModelList.list(
                models,
                requestID: self.requestID.description,
                timestamp: Date().formatted(.iso8601)
            )
        case .claude:
            let page = try ClaudeModelPage(
                limit: value("limit"),
                afterID: value("after_id"),
                beforeID: value("before_id")
            )
            return try ClaudeModelList.list(models, page: page)
        case .gemini:
            var size: Int?
            if let text = value("pageSize") {
                guard let number = Int(text), number >= 0 else {
                    throw RelayError.invalidParameter("pageSize", reason: "is no whole number")
                }
                size = number
            }
            guard let body = GeminiModelList.list(models, pageSize: size, pageToken: value("pageToken")) else {
                throw RelayError.invalidParameter("pageToken", reason: "is none that a list here ended with")
            }
            return body
        }
    }

    func get(_ id: String) {
        self.identify { holder in
            // Only what is listed is told: a model that merely passes through is the provider's to describe.
            let listed = self.service.shared.catalog.models.first { $0.id == id }
            guard holder.allows(model: id), let model = listed else {
                self.service.refuse(.modelNotFound(id), self.exchange, self.requestID)
                return
            }
            self.respond(self.one(Self.entry(model)))
        }
    }

    private func one(_ model: ListedModel) -> [UInt8] {
        switch self.dialect {
        case .openai: ModelList.one(model)
        case .claude: ClaudeModelList.one(model)
        case .gemini: GeminiModelList.one(model)
        }
    }

    private func identify(then: @escaping (KeyHolder) -> Void) {
        let query = (try? RequestTarget.queryItems(self.exchange.head.query ?? "")) ?? []
        self.service.keyCheck.identify(self.exchange.head, query: query, subprotocols: []) { result in
            let admitted = result.flatMap { holder in
                self.service.keyCheck.admit(holder, model: nil, peer: self.exchange.peer).map { _ in holder }
            }
            switch admitted {
            case .success(let holder): then(holder)
            case .failure(let error): self.service.refuse(error, self.exchange, self.requestID)
            }
        }
    }

    private func respond(_ body: [UInt8]) {
        var fields = ErrorRendering.commonFields(requestID: self.requestID)
        fields.append("content-type", "application/json")
        self.exchange.respond(HTTPAnswer(status: 200, fields: fields, body: body))
    }

    private static func entry(_ model: Model) -> ListedModel {
        ListedModel(
            id: model.id,
            created: model.created,
            ownedBy: model.ownedBy,
            capabilities: model.capabilities,
            contextLength: model.contextLength,
            pricing: model.pricing?.listing.map { ListedModel.Price(name: $0.name, usdPerThousand: $0.usdPerThousand) }
                ?? []
        )
    }
}
