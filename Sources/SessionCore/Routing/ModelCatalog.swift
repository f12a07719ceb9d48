// Which models there are and where they lead: phase *route*.
//
// A listed id wins. An id that is not listed passes through under its own name if exactly one upstream declares it in
// its `models`; the most particular declaration counts (an exact id before `gpt-*`, that before `*`), and two upstreams
// that declare it equally well leave it unknown: choosing for the operator would bill the wrong account.

/// The models and upstreams of one configuration; immutable, shared by all loops.
package struct ModelCatalog: Sendable {
    /// Models in the order of the configuration.
    package let models: [Model]
    /// Upstreams in the order of the configuration.
    package let upstreams: [Upstream]

    private let modelsByID: [String: Int]
    private let upstreamsByName: [String: Int]

    /// Takes both lists; of two entries with one name the first counts, and the configuration refuses such lists.
    package init(models: [Model], upstreams: [Upstream]) {
        self.models = models
        self.upstreams = upstreams
        modelsByID = Dictionary(models.indices.map { (models[$0].id, $0) }) { first, _ in first }
        upstreamsByName = Dictionary(upstreams.indices.map { (upstreams[$0].name, $0) }) { first, _ in first }
    }

    /// Returns a model by its public id, listed or passed through; nil when there is none.
    package func model(_ id: String) -> Model? {
        if let index = modelsByID[id] { return models[index] }
        return passedThrough(id)
    }

    /// Returns an upstream by name.
    package func upstream(named name: String) -> Upstream? {
        upstreamsByName[name].map { upstreams[$0] }
    }

    /// Returns where to dial for a model, in the order to try; empty when all its routes lead nowhere.
    package func candidates(for model: Model, seed: UInt64) -> [Candidate] {
        RouteOrder.ordered(model.routes, seed: seed).compactMap { route in
            upstream(named: route.upstream).map { Candidate(upstream: $0, model: route.model) }
        }
    }

    /// Whether every id leads to the same models of the same upstreams as in another catalogue, and is asked for alike.
    package func leadsAs(_ other: ModelCatalog) -> Bool {
        models.elementsEqual(other.models) { $0.id == $1.id && $0.routes == $1.routes }
            && upstreams.elementsEqual(other.upstreams) {
                $0.name == $1.name && $0.baseURL == $1.baseURL && $0.dialect == $1.dialect && $0.models == $1.models
                    && $0.conversion == $1.conversion
            }
    }

    /// Longest id that passes through; provider ids are far shorter.
    private static let maximumPassedID = 256

    private func passedThrough(_ id: String) -> Model? {
        guard !id.isEmpty, id.utf8.count <= Self.maximumPassedID, isPlain(id) else { return nil }
        var best: (upstream: Upstream, specificity: Int)?
        var isTied = false
        for upstream in upstreams {
            let matching = upstream.models.map(ModelPattern.init).filter { $0.matches(id) }
            guard let specificity = matching.map(\.specificity).max() else { continue }
            if let known = best, known.specificity >= specificity {
                isTied = isTied || known.specificity == specificity
            } else {
                best = (upstream, specificity)
                isTied = false
            }
        }
        guard let best, !isTied else { return nil }
        var model = Model(
            id: id,
            routes: [Route(upstream: best.upstream.name, model: id)],
            ownedBy: best.upstream.name
        )
        model.isListed = false
        return model
    }

    /// Robustness A18: an unlisted id ends in the upstream's request line, so only what is harmless there passes.
    private func isPlain(_ id: String) -> Bool {
        id.utf8.allSatisfy { byte in
            Base62.isDigit(byte) || "-_.:/@+".utf8.contains(byte)
        } && !id.contains("..") && !id.contains("//") && !id.hasPrefix("/") && !id.hasSuffix("/")
    }
}
