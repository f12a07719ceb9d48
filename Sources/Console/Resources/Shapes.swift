// What calls answer, as schemas: each stands beside the code that fills it (`…Description`), and tests hold one to the other.

import SessionCore

/// The objects in answers.
enum Shapes {
    private static func text(_ summary: String) -> Schema { .words(summary, upTo: 4_096) }
    private static func when(_ summary: String) -> Schema { .time(summary).orNull }
    private static func all(_ pairs: [(String, Schema)]) -> [Property] {
        pairs.map { Property($0.0, $0.1, required: true) }
    }
    private static func named(_ name: String, _ properties: [Property]) -> Schema {
        Schema(.named(name, Schema(.object(properties))))
    }

    /// Spending of a key or an account.
    private static let spending: [(String, Schema)] = [
        ("spent_usd", .dollars("Spent so far, in dollars.")),
        ("reserved_usd", .dollars("Set aside for work under way, in dollars.")),
        ("open_sessions", .count("Realtime sessions open now.")),
    ]

    private static let keyMembers: [(String, Schema)] =
        [
            ("id", .identifier("Stays the same when the key is rotated.", example: "key_0aB1cD2eF3gH4iJ5kL6m")),
            ("name", .name("What the key is for.")), ("prefix", text("What may be shown of the key.")),
            ("account", .identifier("The id of the account that owns it.")),
            ("status", Schema(.choice(["active", "expired", "revoked"]))), ("models", .models),
            ("addresses", .addresses), ("created_at", .time("When it was made.")),
            ("expires_at", when("From then on it does not count.")), ("revoked_at", when("When it was revoked.")),
            ("last_used_at", when("To about a minute.")),
        ] + Schema.limits(of: "the key").map { ($0.name, $0.schema) } + spending

    static let key = named("Key", all(keyMembers))
    static let newKey = named(
        "NewKey",
        [Property("key", text("The key itself. It is not shown again."), required: true)] + all(keyMembers)
    )
    static let newSecret = named(
        "NewSecret",
        all([
            ("value", text("The secret itself. It is not shown again.")), ("key", .identifier("The id of its key.")),
            ("model", text("The one model that it is good for.")),
            ("use", Schema(.choice(SecretsResource.Use.allCases.map(\.rawValue)))),
            ("expires_at", .time("Nothing begins with it from then on.")),
        ])
    )
    static let account = named(
        "Account",
        all(
            [
                ("id", .identifier("`default`, or `acct_` and twenty digits.")), ("name", .name("Unique.")),
                ("status", Schema(.choice(["active", "disabled"]))), ("models", .models),
                ("created_at", .time("When it was made.")), ("disabled_at", when("When it was disabled.")),
            ] + Schema.limits(of: "the account").map { ($0.name, $0.schema) } + spending
        )
    )
    static let member = named(
        "Member",
        all([
            ("id", .identifier("`mem_` and twenty digits.")), ("name", .name("What is typed to sign in.")),
            ("role", Schema(.choice(Member.Role.allCases.map(\.rawValue)))),
            ("account", .identifier("The id of the account.")), ("status", Schema(.choice(["active", "disabled"]))),
            ("created_at", .time("When it was made.")), ("disabled_at", when("When it was disabled.")),
        ])
    )
    static let deleted = named(
        "Deleted",
        all([("id", text("The id.")), ("deleted", Schema(.boolean))])
    )
    static let ended = named("Ended", all([("id", text("The id of the session.")), ("ended", Schema(.boolean))]))

    static let tokens = named(
        "Tokens",
        all(
            [
                "input", "cached", "output", "total", "input_text", "input_audio", "input_image", "cached_text",
                "cached_audio", "cached_image", "output_text", "output_audio", "audio_milliseconds",
            ].map { ($0, Schema.count("")) }
        )
    )
    static let usageSum = named(
        "UsageSum",
        all([
            ("group", text("A key's or account's id, a model, an upstream; empty for the sum over all.")),
            ("start", when("Beginning of the step, in UTC; null without an interval.")),
            ("requests", .count("Turns and exchanges.")), ("errors", .count("Those of them that failed.")),
            ("cost_usd", .dollars("In dollars.")), ("tokens", tokens),
            ("first_byte_p50_ms", Schema.count("Median time to the first byte.").orNull),
            ("first_byte_p95_ms", Schema.count("Its 95th percentile.").orNull),
        ])
    )
    static let usage = named(
        "Usage",
        all([
            ("by", Schema(.choice(LedgerGroup.allCases.map(\.rawValue)))),
            ("interval", Schema(.choice(["none", "hour", "day"]))), ("since", when("As asked.")),
            ("until", when("As asked.")), ("total", usageSum),
            ("series", Schema(.list(usageSum, maximum: 1_000_000))),
            ("truncated", Schema(.boolean, "Whether older steps were left out because there are too many.")),
        ])
    )
    static let usageRow = named(
        "UsageRow",
        all([
            ("number", .count("Its place in the ledger.")),
            ("kind", Schema(.choice(LedgerRow.Kind.allCases.map(\.rawValue)))), ("session", text("The session's id.")),
            ("turn", text("The response's id; empty for an exchange.")), ("request_id", text("As in the answer.")),
            ("key", text("The key's id.")), ("account", text("The account's id.")), ("model", text("As asked for.")),
            ("upstream", text("Who served it.")), ("upstream_model", text("What the upstream calls the model.")),
            ("status", Schema(.choice(LedgerRow.Status.allCases.map(\.rawValue)))),
            ("http_status", Schema(.integer(100...599)).orNull), ("close_code", Schema(.integer(0...4_999)).orNull),
            ("started_at", .time("When it began.")), ("duration_ms", .count("")),
            ("first_byte_ms", Schema.count("").orNull), ("tokens", tokens), ("estimated", Schema(.boolean)),
            ("cost_usd", .dollars("In dollars.")),
        ])
    )
    static let session = named(
        "Session",
        all([
            ("id", text("The session's id.")), ("request_id", text("As in the answer.")),
            ("kind", Schema(.choice(["realtime", "http"]))), ("key", text("The key's id.")),
            ("account", text("The account's id.")), ("model", text("As asked for.")),
            ("upstream", text("Who serves it.")),
            ("state", Schema(.choice(["opening", "idle", "responding", "closing"]))),
            ("started_at", .time("When it began.")), ("age_ms", .count("")), ("messages_from_client", .count("")),
            ("messages_from_upstream", .count("")), ("bytes_from_client", .count("")),
            ("bytes_from_upstream", .count("")), ("buffered_bytes", .count("Bytes that wait for either side.")),
            ("turns", .count("")), ("tokens", tokens), ("cost_usd", .dollars("So far, in dollars.")),
        ])
    )
    static let providerKey = named(
        "ProviderKey",
        all([
            ("index", .count("Its place in the configuration's list; an upstream without keys has one entry as well.")),
            (
                "state",
                Schema(
                    .choice(ProviderKeyReport.State.allCases.map(\.rawValue)),
                    "Of its breaker, or `disabled` when the provider has refused the key."
                )
            ),
            ("failures", .count("In a row, while the breaker is closed.")),
            ("open_until", when("Until then it is not used; null when it is, or not before it is enabled.")),
            (
                "excluded_models",
                Schema(
                    .list(
                        Schema(
                            .object(
                                all([
                                    ("model", text("What the upstream calls it.")),
                                    ("until", when("Null until the key is enabled.")),
                                ])
                            )
                        ),
                        maximum: 64
                    ),
                    "Models that the key is not used for: the provider limits or refuses them."
                )
            ),
        ])
    )
    static let sessionEvent = named(
        "SessionEvent",
        all([
            ("number", .count("Tells messages apart.")), ("from", Schema(.choice(["client", "upstream"]))),
            ("type", text("Its type; empty for what is no event.")), ("bytes", .count("")),
            ("at_ms", .count("Since the session began.")),
        ])
    )
    static let upstream = named(
        "Upstream",
        all([
            ("name", text("As configured.")), ("dialect", Schema(.choice(Upstream.Dialect.allCases.map(\.rawValue)))),
            ("base_url", text("Without credentials.")),
            ("state", Schema(.choice(UpstreamReport.State.allCases.map(\.rawValue)))),
            ("successes", .count("In the last five minutes.")), ("failures", .count("In the last five minutes.")),
            ("latency_p50_ms", Schema.count("Median time to the first byte.").orNull),
            ("latency_p95_ms", Schema.count("Its 95th percentile.").orNull), ("last_success_at", when("")),
            ("last_failure_at", when("")), ("last_error", text("A stable word.").orNull),
            ("keys", Schema(.list(providerKey, maximum: 10_000))),
        ])
    )
    static let model = named(
        "Model",
        all([
            ("id", text("What clients ask for.")), ("owned_by", text("")),
            ("capabilities", Schema(.list(text(""), maximum: 100))), ("context_length", Schema.count("").orNull),
            ("pricing", Schema(.map(Schema(.number)), "Dollars per 1,000 tokens, by kind of token.")),
            ("limits", Schema(.object(all([("rpm", Schema.count("").orNull), ("tpm", Schema.count("").orNull)])))),
            (
                "routes",
                Schema(
                    .list(
                        Schema(
                            .object(
                                all([
                                    ("upstream", text("")), ("model", text("")),
                                    ("priority", Schema(.integer(.min ... .max))),
                                    ("weight", Schema(.integer(.min ... .max))),
                                ])
                            )
                        ),
                        maximum: 1_000
                    )
                )
            ),
        ])
    )
    private static let window = named(
        "RateWindow",
        all([("limit", .count("")), ("remaining", .count("")), ("reset_ms", .count("Until all of it is to be had."))])
    )
    static let me = named(
        "Me",
        all([
            ("role", Schema(.choice(["admin", "member", "key"]))),
            ("via", Schema(.choice(["admin_key", "loopback", "sign_in", "key"]), "How the caller was recognised.")),
            ("member", member.orNull), ("account", account.orNull), ("key", key.orNull),
            (
                "rates",
                Schema(.object(all([("requests", window.orNull), ("tokens", window.orNull)])), "Of a key.").orNull
            ),
            ("expires_at", when("When the sign-in ends.")),
        ])
    )
}
