// Whether a request may be answered from the cache, and under which name its answer is kept.
//
// Two requests are the same when their path, query (without credentials), the fields that change what providers answer,
// and every byte of their bodies are, and when they come from the same key (or account, or anybody: as configured). A
// stream and a plain answer are two requests. Who asked for it in the request (`x-longwire-cache: use`) knows what an
// answer that was given before is worth; where a model is configured to be cached, only requests that are to be answered
// the same every time are: `temperature` 0 or a `seed`, and embeddings, which know no chance.

import Dialects
import HTTPFraming
import OpenSSLTLS
import SessionCore

/// What a request wants of the cache.
struct CacheWish: Equatable {
    static let field = "x-longwire-cache"
    /// Fields of a request that a provider answers by, in any dialect.
    private static let telling = ["anthropic-beta", "anthropic-version", "content-type", "openai-beta"]

    /// The words of the field.
    enum Word: String, CaseIterable {
        case use
        case skip
        /// Asks again, and keeps the new answer.
        case refresh
    }

    let name: SHA256Digest
    /// Whether an answer that is there is wanted.
    let looksUp: Bool

    /// Nil where the cache has no part in a request.
    init?(
        _ head: RequestHead,
        path: CallPath,
        model: String,
        body: [UInt8],
        holder: KeyHolder,
        settings: CacheSettings
    ) throws(RelayError) {
        var word: Word?
        if let text = head.fields[Self.field] {
            word = Word(rawValue: text.lowercased())
            guard word != nil else {
                throw .invalidParameter(Self.field, reason: "must be use, skip or refresh")
            }
        }
        guard word != .skip, Self.isCacheable(path) else { return nil }
        if word == nil {
            guard settings.models.contains(where: { ModelPattern($0).matches(model) }),
                Self.isDeterministic(path, body)
            else { return nil }
        }
        self.looksUp = word != .refresh
        self.name = Self.name(head, model: model, body: body, holder: holder, scope: settings.scope)
    }

    /// Endpoints whose answers mean the same a second time: no ids that are asked for later, no sound.
    private static func isCacheable(_ path: CallPath) -> Bool {
        switch path.operation {
        case .generate: true
        case .count: false
        case .passed(let endpoint): endpoint == .embeddings || endpoint == .completions || endpoint == .moderations
        }
    }

    private static func isDeterministic(_ path: CallPath, _ body: [UInt8]) -> Bool {
        if case .passed(let endpoint) = path.operation, endpoint != .completions { return true }
        guard let json = try? JSONParser.parse(body) else { return false }
        let configuration = json["generationConfig"] ?? json["generation_config"] ?? json
        return configuration["temperature"]?.double == 0 || configuration["seed"]?.double != nil
    }

    private static func name(
        _ head: RequestHead,
        model: String,
        body: [UInt8],
        holder: KeyHolder,
        scope: CacheSettings.Scope
    ) -> SHA256Digest {
        let owner =
            switch scope {
            case .key: "key \(holder.record.id)"
            case .account: "account \(holder.account.id)"
            case .all: "all"
            }
        let query = ((try? RequestTarget.queryItems(head.query ?? "")) ?? [])
            .filter { !UpstreamRequestFields.credentialItems.contains($0.name.lowercased()) }
            .map { "\($0.name)=\($0.value)" }
        let fields = self.telling.flatMap { name in head.fields.values(name).map { "\(name):\($0)" } }
        var bytes: [UInt8] = []
        // Lengths first, so that no two lists of texts become the same bytes.
        for text in [owner, head.path, model] + query + fields {
            bytes += Array("\(text.utf8.count) ".utf8) + Array(text.utf8)
        }
        bytes += Array("body ".utf8)
        return SHA256Digest(hashing: bytes + body)
    }
}
