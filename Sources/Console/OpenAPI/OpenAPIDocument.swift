// The OpenAPI 3.1 document, made from the calls themselves: what is documented is what is routed and checked.

import HTTPFraming
import SessionCore

/// Describes the API.
enum OpenAPIDocument {
    /// The whole document, made once.
    static let bytes = document(of: RouteTable.all).bytes

    private static let groups = [
        ("sign-in", "Who is calling, and how people sign in."), ("keys", "What programs show to be let in."),
        ("accounts", "Who owns keys; a budget and limits for all keys of one."), ("members", "Who may sign in."),
        ("usage", "What was used and what it cost."), ("sessions", "What runs now."),
        ("catalogue", "Upstreams and models."), ("document", "This document."),
    ]

    private static let summary = """
        Longwire's own API: keys, accounts, members, usage, live sessions. Every JSON answer is \
        `{"data":…,"error":null,"metadata":{"request_id","timestamp"}}`, or an `error` with `data` null. Money is dollars as \
        exact decimals, times are RFC 3339 in UTC.
        """

    static func document(of endpoints: [Endpoint]) -> JSON {
        var components: [String: JSON] = [:]
        var paths: [(String, [JSONEntry])] = []
        for endpoint in endpoints {
            let entry = JSONEntry(endpoint.method.text.lowercased(), self.operation(endpoint, &components))
            if let index = paths.firstIndex(where: { $0.0 == endpoint.path.text }) {
                paths[index].1.append(entry)
            } else {
                paths.append((endpoint.path.text, [entry]))
            }
        }
        components["Error"] = self.failure.document(&components)
        return [
            "openapi": "3.1.0",
            "info": ["title": "Longwire", "version": "1", "description": .string(self.summary)],
            "servers": [["url": "/"]],
            "tags": .array(self.groups.map { ["name": .string($0.0), "description": .string($0.1)] }),
            "paths": .object(paths.map { JSONEntry($0.0, .object($0.1)) }),
            "components": [
                "schemas": .object(components.sorted { $0.key < $1.key }.map { JSONEntry($0.key, $0.value) }),
                "securitySchemes": [
                    "bearer": [
                        "type": "http", "scheme": "bearer",
                        "description": "The admin key for everything, a Longwire key for its own usage.",
                    ],
                    "cookie": [
                        "type": "apiKey", "in": "cookie", "name": .string(SessionCookie.name),
                        "description":
                            "From POST /api/sign-in. Changes need `Origin` or `Sec-Fetch-Site` to name our own page.",
                    ],
                ],
            ],
        ]
    }

    // MARK: Parts

    private static let metadata: [Property] = [
        Property("request_id", .words("Also in `x-request-id`."), required: true),
        Property("timestamp", .time("When it was answered."), required: true),
    ]

    /// The envelope of a refusal.
    static let failure = Schema(
        .object([
            Property("data", Schema(.choice([])).orNull, required: true),
            Property(
                "error",
                Schema(
                    .object([
                        Property("message", .words("For people.", upTo: 4_096), required: true),
                        Property("type", .words("The kind."), required: true),
                        Property("param", Schema.words("The parameter at fault.").orNull, required: true),
                        Property("code", .words("For programs; stable."), required: true),
                    ])
                ),
                required: true
            ), Property("metadata", Schema(.object(metadata)), required: true),
        ])
    )

    /// The envelope of an answer.
    static func envelope(_ answer: AnswerShape) -> Schema? {
        guard let schema = answer.schema else { return nil }
        let next = Property("next_cursor", Schema.words("Null at the last page.").orNull, required: true)
        return Schema(
            .object([
                Property("data", schema, required: true), Property("error", Schema(.choice([])).orNull, required: true),
                Property("metadata", Schema(.object(self.metadata + (answer.isPaged ? [next] : []))), required: true),
            ])
        )
    }

    private static func operation(_ endpoint: Endpoint, _ components: inout [String: JSON]) -> JSON {
        var entries = [
            JSONEntry("operationId", .string(endpoint.name)), JSONEntry("tags", [.string(endpoint.group)]),
            JSONEntry("summary", .string(endpoint.summary)), JSONEntry("description", .string(self.audience(endpoint))),
            JSONEntry("security", self.security(endpoint)),
        ]
        let parameters = self.parameters(endpoint, &components)
        if !parameters.isEmpty { entries.append(JSONEntry("parameters", .array(parameters))) }
        if let body = endpoint.body {
            entries.append(
                JSONEntry(
                    "requestBody",
                    [
                        "required": true,
                        "content": ["application/json": ["schema": body.document(&components)]],
                    ]
                )
            )
        }
        entries.append(JSONEntry("responses", self.responses(endpoint, &components)))
        return .object(entries)
    }

    private static func audience(_ endpoint: Endpoint) -> String {
        switch endpoint.audience {
        case .anyone: "For anyone."
        case .everybody: "For admins, members and holders of keys, each of what they may see."
        case .members: "For admins, and for members of an account as far as it is theirs."
        case .admins: "For admins."
        }
    }

    private static func security(_ endpoint: Endpoint) -> JSON {
        if case .anyone = endpoint.audience { return [] }
        return [["bearer": []], ["cookie": []]]
    }

    private static func parameters(_ endpoint: Endpoint, _ components: inout [String: JSON]) -> [JSON] {
        let path = endpoint.path.parameters.map { name -> JSON in
            [
                "name": .string(name), "in": "path", "required": true,
                "schema": Schema.identifier("An id.").document(&components),
            ]
        }
        let query = endpoint.query.map { item -> JSON in
            [
                "name": .string(item.name), "in": "query", "required": false,
                "schema": item.schema.document(&components),
            ]
        }
        return path + query
    }

    private static func responses(_ endpoint: Endpoint, _ components: inout [String: JSON]) -> JSON {
        let answer = endpoint.answer
        var headers: [JSONEntry] = [
            JSONEntry("x-request-id", ["schema": ["type": "string"], "required": true]),
            JSONEntry("cache-control", ["schema": ["type": "string", "enum": ["no-store"]], "required": true]),
        ]
        if answer.setsCookie {
            headers.append(JSONEntry("set-cookie", ["schema": ["type": "string"], "required": true]))
        }
        let schema =
            self.envelope(answer)?.document(&components)
            ?? (answer.mediaType == "text/csv" ? ["type": "string"] : ["type": "object"])
        var entries = [
            JSONEntry(
                "\(answer.status)",
                [
                    "description": .string(answer.summary), "headers": .object(headers),
                    "content": .object([JSONEntry(answer.mediaType, ["schema": schema])]),
                ]
            )
        ]
        for status in self.refusals(of: endpoint) {
            entries.append(
                JSONEntry(
                    "\(status)",
                    [
                        "description": .string(self.words[status] ?? "Refused."),
                        "content": [
                            "application/json": [
                                "schema": ["$ref": "#/components/schemas/Error"],
                                "example": self.example(status),
                            ]
                        ],
                    ]
                )
            )
        }
        return .object(entries)
    }

    /// The statuses of all refusals of a call.
    static func refusals(of endpoint: Endpoint) -> [Int] {
        var statuses: Set<Int> = [400, 405, 413, 503]
        statuses.formUnion(endpoint.refusals)
        if case .anyone = endpoint.audience {} else { statuses.formUnion([401, 403]) }
        if endpoint.body != nil { statuses.insert(415) }
        if !endpoint.path.parameters.isEmpty { statuses.insert(404) }
        return statuses.sorted()
    }

    private static let words = [
        400: "Something in the request is wrong; `param` names it.", 401: "Nobody, or nobody known.",
        403: "Not for this caller.", 404: "There is no such thing, or not for this caller.",
        405: "The path does not know the method; `allow` lists those that it does.",
        409: "What is there stands against it.", 413: "The body is larger than 64 KiB.", 415: "The body is not JSON.",
        429: "Too many attempts; `retry-after` says when.",
        503: "The store cannot be used, or there are too many calls.",
    ]

    private static func example(_ status: Int) -> JSON {
        let error: RelayError =
            switch status {
            case 401: .notSignedIn()
            case 403: .notPermitted("This is not for whoever asks: it takes an admin, or a member of an account.")
            case 404: .noSuch("key", "key_0aB1cD2eF3gH4iJ5kL6m")
            case 405: .methodNotAllowed(allowed: "GET, HEAD, OPTIONS")
            case 409: .conflict(code: "already_exists", "There is another account with this name. Choose another.")
            case 413: .tooLarge(limitBytes: 65_536)
            case 415: .notJSON()
            case 429: .tooManyAttempts(retryAfter: 4)
            case 503: .serviceUnavailable("The store cannot be used at the moment")
            default: .missingParameter("name")
            }
        return [
            "data": nil,
            "error": [
                "message": .string(error.message), "type": .string(error.type), "param": .orNull(error.param),
                "code": .string(error.code),
            ],
            "metadata": [
                "request_id": "req_00112233445566778899aabbccddeeff", "timestamp": "2026-01-31T12:00:00Z",
            ],
        ]
    }
}
