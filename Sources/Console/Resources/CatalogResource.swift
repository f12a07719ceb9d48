// /api/upstreams and /api/models: how the providers are doing, and what is configured.

import EventLoop
import Foundation
import HTTPFraming
import SessionCore

/// The calls about what the configuration says.
enum CatalogResource {
    static let endpoints: [Endpoint] = [
        Endpoint(
            .get,
            "/api/upstreams",
            "listUpstreams",
            "catalogue",
            "Tells how the upstreams have been doing lately.",
            for: .admins,
            answer: AnswerShape("The upstreams.", Schema(.list(Shapes.upstream, maximum: 10_000))),
            handle: { call throws(RelayError) in
                let reports = call.shared.health.reports(at: call.now)
                return .data(
                    .array(
                        reports.compactMap { report in
                            call.shared.catalog.upstream(named: report.name).map { Self.describe($0, report, call) }
                        }
                    )
                )
            }
        ),
        Endpoint(
            .post,
            "/api/upstreams/{upstream_name}/keys/{key_index}/enable",
            "enableProviderKey",
            "catalogue",
            "Puts a provider key back to use that was disabled, or whose breaker is open.",
            for: .admins,
            answer: AnswerShape("The key as it is now.", Shapes.providerKey),
            refusals: [404],
            handle: Self.enable
        ),
        Endpoint(
            .get,
            "/api/models",
            "listModels",
            "catalogue",
            "Lists the configured models.",
            for: .members,
            answer: AnswerShape("The models.", Schema(.list(Shapes.model, maximum: 100_000))),
            handle: { call throws(RelayError) in
                let account: Account? = if case .member(_, let account, _) = call.caller { account } else { nil }
                let isAdmin = call.caller?.isAdmin ?? false
                let models = call.shared.catalog.models.filter { isAdmin || account?.allows(model: $0.id) ?? false }
                return .data(.array(models.map { Self.describe($0, withRoutes: isAdmin) }))
            }
        ),
    ]

    private static func enable(_ call: APICall) async throws(RelayError) -> APIAnswer {
        let (name, place) = (call.parameter("upstream_name"), call.parameter("key_index"))
        guard call.shared.catalog.upstream(named: name) != nil else { throw .noSuch("upstream", name) }
        // One way of writing each number: `+1` and `01` name no key.
        guard let index = Int(place), "\(index)" == place, call.shared.keyBoard.enable(name, key: index),
            let key = Self.keys(of: name, call).first(where: { $0["index"] == .count(index) })
        else { throw .noSuch("key", place) }
        return .data(key)
    }

    /// How our keys at an upstream stand; of the keys themselves only their places are told.
    private static func keys(of upstream: String, _ call: APICall) -> [JSON] {
        func time(in milliseconds: Int?) -> Date? {
            milliseconds.map { call.now.addingTimeInterval(Double($0) / 1_000) }
        }
        let reports = call.shared.keyBoard.reports(of: upstream, now: MonotonicTime.now().nanoseconds)
        return reports.map { report in
            [
                "index": .count(report.index), "state": .string(report.state.rawValue),
                "failures": .count(report.failures), "open_until": .orNull(time(in: report.milliseconds)),
                "excluded_models": .array(
                    report.exclusions.map {
                        ["model": .string($0.model), "until": .orNull(time(in: $0.milliseconds))]
                    }
                ),
            ]
        }
    }

    private static func describe(_ upstream: Upstream, _ report: UpstreamReport, _ call: APICall) -> JSON {
        [
            "name": .string(upstream.name), "dialect": .string(upstream.dialect.rawValue),
            "base_url": .string(Redaction.redact("\(upstream.baseURL)", secrets: upstream.apiKeys)),
            "state": .string(report.state.rawValue), "successes": .count(report.successes),
            "failures": .count(report.failures), "latency_p50_ms": .orNull(report.latencyP50),
            "latency_p95_ms": .orNull(report.latencyP95), "last_success_at": .orNull(report.lastSuccessAt),
            "last_failure_at": .orNull(report.lastFailureAt), "last_error": .orNull(report.lastError),
            "keys": .array(Self.keys(of: upstream.name, call)),
        ]
    }

    /// Where a model leads is told to admins only.
    private static func describe(_ model: Model, withRoutes: Bool) -> JSON {
        let routes = withRoutes ? model.routes : []
        return [
            "id": .string(model.id), "owned_by": .string(model.ownedBy),
            "capabilities": .strings(model.capabilities), "context_length": .orNull(model.contextLength),
            "pricing": .object(
                (model.pricing?.listing ?? []).map { JSONEntry($0.name, .decimal($0.usdPerThousand)) }
            ),
            "limits": ["rpm": .orNull(model.limits.rpm), "tpm": .orNull(model.limits.tpm)],
            "routes": .array(
                routes.map {
                    [
                        "upstream": .string($0.upstream), "model": .string($0.model), "priority": .count($0.priority),
                        "weight": .count($0.weight),
                    ]
                }
            ),
        ]
    }
}
