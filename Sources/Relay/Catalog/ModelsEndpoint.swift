// GET /v1/models and /v1/models/{id}, OpenAI shape: the models that the key may use.

import Dialects
import Foundation
import HTTPFraming
import SessionCore
import Transport

/// Answers one request for the catalogue.
struct ModelsEndpoint {
    private static let prefix = "/v1/models/"

    private let exchange: ServerExchange
    private let requestID: RequestID
    private let service: RelayService

    init(_ exchange: ServerExchange, requestID: RequestID, service: RelayService) {
        self.exchange = exchange
        self.requestID = requestID
        self.service = service
    }

    /// The model a path names; ids may hold "/", encoded or not.
    static func modelID(in path: String) -> String? {
        guard path.hasPrefix(self.prefix), RequestTarget.isNormal(path) else { return nil }
        return RequestTarget.decodeSegment(path.dropFirst(self.prefix.count))
    }

    func list() {
        self.identify { holder in
            let models = self.service.shared.catalog.models.filter { holder.allows(model: $0.id) }
            let body = ModelList.list(
                models.map(Self.entry),
                requestID: self.requestID.description,
                timestamp: Date().formatted(.iso8601)
            )
            self.respond(body)
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
            self.respond(ModelList.one(Self.entry(model)))
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
