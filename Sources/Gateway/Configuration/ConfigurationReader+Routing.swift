// The sections about providers and models.

import SessionCore

extension ConfigurationReader {
    // MARK: Upstreams

    /// What the section gave; names of faulty upstreams are kept, so that routes to them are not blamed as well.
    struct UpstreamReading {
        var names: [String] = []
        var upstreams: [Upstream] = []
    }

    func upstreams(in root: ConfigurationSection) -> UpstreamReading? {
        let keys = [
            "name", "dialect", "base_url", "api_keys", "auth", "tls", "timeouts", "models", "conversion", "realtime",
        ]
        let remedy = "Add one with name, dialect and base_url, or remove the key to use the simulator."
        guard let sections = root.sections("upstreams", keys: keys, ifEmpty: remedy) else { return nil }
        var reading = UpstreamReading()
        for section in sections {
            let name = section.requiredText("name", remedy: "Give the upstream a name for routes to use.")
            if let name, reading.names.contains(name) {
                findings.fail(
                    section.path("name"),
                    "is '\(name)', which another upstream is called, too",
                    remedy: "Give each upstream a name of its own."
                )
            }
            if let name { reading.names.append(name) }
            if let upstream = upstream(in: section, name: name) { reading.upstreams.append(upstream) }
        }
        return reading
    }

    private func upstream(in section: ConfigurationSection, name: String?) -> Upstream? {
        let dialects = Upstream.Dialect.allCases.map(\.rawValue).joined(separator: ", ")
        if !section.has("dialect") {
            findings.fail(section.path, "lacks 'dialect'", remedy: "Choose one of: \(dialects).")
        }
        let dialect = section.choice("dialect", Upstream.Dialect.self)
        let baseURL = baseURL(in: section, dialect: dialect)
        let apiKeys = apiKeys(in: section)
        let authentication = section.choice("auth", Upstream.Authentication.self)
        let tls = upstreamTLS(in: section)
        let timeouts = timeouts(in: section)
        let models = section.texts("models")?.map(\.text) ?? []
        let conversion = section.choice("conversion", Upstream.Conversion.self)
        let realtime = realtime(in: section, dialect: dialect)
        guard let name, let dialect, let baseURL else { return nil }
        if tls.verification == .none {
            findings.warn(section.path("tls"), "certificates of '\(name)' are not verified: anyone in between can read")
        }
        let goesFar = IPAddress(baseURL.host)?.isLoopback != true && baseURL.host != "localhost"
        if !baseURL.isSecure, goesFar, !apiKeys.isEmpty {
            findings.warn(section.path("base_url"), "the keys of '\(name)' travel without TLS")
        }
        if !baseURL.isSecure, section.has("tls") {
            findings.warn(section.path("tls"), "has no effect: base_url does not begin with https or wss")
        }
        return Upstream(
            name: name,
            dialect: dialect,
            baseURL: baseURL,
            apiKeys: apiKeys,
            authentication: authentication,
            tls: tls,
            timeouts: timeouts,
            models: models,
            conversion: conversion ?? .lenient,
            realtime: realtime ?? RealtimeEndpoint()
        )
    }

    /// The simulator needs no address: without one it runs inside this process.
    private func baseURL(in section: ConfigurationSection, dialect: Upstream.Dialect?) -> BaseURL? {
        if dialect == .simulator, !section.has("base_url") { return Upstream.inProcess }
        let remedy = "Write it in full, such as https://api.openai.com/v1."
        guard let text = section.requiredText("base_url", remedy: remedy) else { return nil }
        do throws(BaseURL.Problem) {
            return try BaseURL.parse(text)
        } catch {
            findings.fail(section.path("base_url"), Self.explain(error), remedy: remedy)
            return nil
        }
    }

    private static func explain(_ problem: BaseURL.Problem) -> String {
        switch problem {
        case .scheme: "does not begin with https://, http://, wss:// or ws://"
        case .emptyHost: "has an empty host"
        case .host: "has a host that is neither a name nor an IP address"
        case .port: "has a port that is not from 1 to 65535"
        case .userInfo: "contains a user name or password; keys belong into api_keys"
        case .queryOrFragment: "contains '?' or '#'"
        case .path: "has a path with characters that cannot be sent"
        }
    }

    private func apiKeys(in section: ConfigurationSection) -> [Secret] {
        let keys = section.texts("api_keys") ?? []
        return keys.compactMap { item in
            // A line break would end the header the key is sent in (robustness A23).
            guard item.text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                findings.fail(
                    item.path,
                    "has characters that no header carries",
                    remedy: "Use printable ASCII without spaces; look for a line break at its end."
                )
                return nil
            }
            return Secret(item.text)
        }
    }

    private func upstreamTLS(in section: ConfigurationSection) -> Upstream.TLS {
        guard let tls = section.section("tls", keys: ["ca_file", "verify"]) else { return Upstream.TLS() }
        let caFile = tls.text("ca_file").flatMap { checkedPEM($0, at: tls.path("ca_file")) }
        let verification = tls.choice("verify", Upstream.TLS.Verification.self)
        return Upstream.TLS(caFile: caFile, verification: verification ?? .full)
    }

    private func timeouts(in section: ConfigurationSection) -> Upstream.Timeouts {
        var timeouts = Upstream.Timeouts()
        guard let times = section.section("timeouts", keys: ["connect", "first_byte", "idle"]) else { return timeouts }
        let bounds: ClosedRange<Duration> = .milliseconds(10) ... .seconds(24 * 3_600)
        timeouts.connect = times.duration("connect", in: bounds) ?? timeouts.connect
        timeouts.firstByte = times.duration("first_byte", in: bounds) ?? timeouts.firstByte
        timeouts.idle = times.duration("idle", in: bounds) ?? timeouts.idle
        return timeouts
    }

    // MARK: Models

    /// `upstreams` are those that routes may lead to; nil when they could not be read.
    func models(in root: ConfigurationSection, upstreams: UpstreamReading?) -> [Model]? {
        let keys = [
            "id", "routes", "owned_by", "capabilities", "context_length", "pricing", "limits", "created", "speech",
        ]
        var seen: Set<String> = []
        return root.sections("models", keys: keys)?.compactMap { section in
            guard let model = model(in: section, upstreams: upstreams) else { return nil }
            if !seen.insert(model.id).inserted {
                findings.fail(
                    section.path("id"),
                    "is '\(model.id)', which is listed already",
                    remedy: "List each model once; several routes go under one id."
                )
            }
            return model
        }
    }

    private func model(in section: ConfigurationSection, upstreams: UpstreamReading?) -> Model? {
        let id = section.requiredText("id", remedy: "Write the id that clients ask for.")
        let routes = routes(in: section, upstreams: upstreams?.names)
        let speech = speech(in: section, upstreams: upstreams)
        let pricing = pricing(in: section)
        let capabilities = section.texts("capabilities")?.map(\.text) ?? []
        let contextLength = section.integer("context_length", in: 1...1_000_000_000)
        let limits = section.section("limits", keys: ["rpm", "tpm"])
        let created = section.integer("created", in: 0...4_102_444_800)
        let ownedBy = section.text("owned_by")
        guard let id, let routes else { return nil }
        guard id.utf8.count <= 256, id.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F }), !id.hasSuffix("*") else {
            findings.fail(
                section.path("id"),
                "is \(section.written("id"))",
                remedy: "Use up to 256 characters without spaces. For a wildcard write models: [\"*\"] at the upstream."
            )
            return nil
        }
        return Model(
            id: id,
            routes: routes,
            ownedBy: ownedBy ?? routes.first?.upstream ?? "longwire",
            capabilities: capabilities,
            contextLength: contextLength,
            pricing: pricing,
            limits: Model.Limits(
                rpm: limits?.integer("rpm", in: 1...1_000_000_000),
                tpm: limits?.integer("tpm", in: 1...1_000_000_000)
            ),
            speech: speech,
            created: Int64(created ?? 0)
        )
    }

    private func routes(in section: ConfigurationSection, upstreams: [String]?) -> [Route]? {
        let remedy = "Add '- { upstream: NAME, model: MODEL }'."
        guard section.has("routes") else {
            findings.fail(section.path, "lacks 'routes'", remedy: remedy)
            return nil
        }
        let keys = ["upstream", "model", "priority", "weight"]
        return section.sections("routes", keys: keys, ifEmpty: remedy)?.compactMap { route in
            let upstream = route.requiredText("upstream", remedy: "Name one of the upstreams.")
            // Most models have one name everywhere; then it need not be written twice.
            let model = route.has("model") ? route.text("model") : section.text("id")
            let priority = route.integer("priority", in: 0...1_000)
            let weight = route.integer("weight", in: 0...1_000_000)
            guard let upstream, let model else { return nil }
            checkUpstream(upstream, of: route, among: upstreams)
            return Route(upstream: upstream, model: model, priority: priority ?? 0, weight: weight ?? 1)
        }
    }

    /// Notes a name that no upstream has.
    func checkUpstream(_ name: String, of section: ConfigurationSection, among names: [String]?) {
        guard let names, !names.contains(name) else { return }
        findings.fail(
            section.path("upstream"),
            "is \(section.written("upstream")), which is no upstream",
            remedy: "Known upstreams: \(names.joined(separator: ", "))."
        )
    }

    private func pricing(in section: ConfigurationSection) -> Pricing? {
        let kinds = Pricing.Kind.allCases
        guard let prices = section.section("pricing", keys: kinds.map(\.rawValue)) else { return nil }
        var pricing = Pricing()
        for kind in kinds {
            guard let text = prices.text(kind.rawValue) else { continue }
            guard let price = TokenPrice(usdPerThousand: text) else {
                findings.fail(
                    prices.path(kind.rawValue),
                    "is \(prices.written(kind.rawValue)), which is no price",
                    remedy:
                        "Write USD per 1,000 tokens (audio_minute: per minute), such as 0.004; at most nine digits after "
                        + "the point."
                )
                continue
            }
            pricing.prices[kind] = price
        }
        return pricing
    }
}
