// One provider as the configuration describes it: where it is, how it speaks, what it is shown.

/// A provider behind the relay.
package struct Upstream: Sendable, Equatable {
    /// A provider's way of speaking.
    package enum Dialect: String, Sendable, Equatable, CaseIterable {
        case openai
        case claude
        case gemini
        /// Ours; speaks like OpenAI.
        case simulator

        /// How a provider of this dialect expects its key.
        package var defaultAuthentication: Authentication {
            switch self {
            case .openai, .simulator: .bearer
            case .claude: .xAPIKey
            case .gemini: .xGoogAPIKey
            }
        }
    }

    /// Where our key goes in a request to the provider.
    package enum Authentication: String, Sendable, Equatable, CaseIterable {
        case bearer
        case apiKey = "api-key"
        case xAPIKey = "x-api-key"
        case xGoogAPIKey = "x-goog-api-key"
        case query

        /// The header field that carries `key`, lower case; nil when it goes into the query as `key=`.
        package func field(for key: Secret) -> (name: String, value: String)? {
            switch self {
            case .bearer: ("authorization", "Bearer \(key.reveal())")
            case .apiKey, .xAPIKey, .xGoogAPIKey: (rawValue, key.reveal())
            case .query: nil
            }
        }
    }

    /// How the provider's certificate is checked.
    package struct TLS: Sendable, Equatable {
        /// Whether the chain and the name count.
        package enum Verification: String, Sendable, Equatable, CaseIterable {
            case full
            case none
        }

        /// PEM file with the trusted authorities; nil means the system's.
        package var caFile: String?
        package var verification: Verification

        package init(caFile: String? = nil, verification: Verification = .full) {
            self.caFile = caFile
            self.verification = verification
        }
    }

    /// How long each stage may take.
    package struct Timeouts: Sendable, Equatable {
        /// From the first address tried to the end of the TLS handshake.
        package var connect: Duration = .seconds(5)
        /// From the request to the first byte of its answer.
        package var firstByte: Duration = .seconds(60)
        /// Between two pieces of an answer; how long a pooled connection may rest.
        package var idle: Duration = .seconds(120)

        package init() {}
    }

    /// What becomes of members of a request that only tune the answer and that the provider's dialect cannot say.
    package enum Conversion: String, Sendable, Equatable, CaseIterable {
        /// The request is refused.
        case strict
        /// They are left out, which the answer tells.
        case lenient
    }

    package var name: String
    package var dialect: Dialect
    package var baseURL: BaseURL
    /// Keys of ours at the provider; those that work are used in turn; none is sent if there is none.
    package var apiKeys: [Secret]
    package var authentication: Authentication
    package var tls: TLS
    package var timeouts: Timeouts
    /// Models that are passed through under their own names, listed or not: exact ids, or beginnings with `*`.
    package var models: [String]
    /// How requests of other dialects are translated.
    package var conversion: Conversion
    /// How realtime sessions are opened; counts for the dialects `openai` and `simulator`.
    package var realtime: RealtimeEndpoint

    package init(
        name: String,
        dialect: Dialect,
        baseURL: BaseURL,
        apiKeys: [Secret] = [],
        authentication: Authentication? = nil,
        tls: TLS = TLS(),
        timeouts: Timeouts = Timeouts(),
        models: [String] = [],
        conversion: Conversion = .lenient,
        realtime: RealtimeEndpoint = RealtimeEndpoint()
    ) {
        self.name = name
        self.dialect = dialect
        self.baseURL = baseURL
        self.apiKeys = apiKeys
        self.authentication = authentication ?? dialect.defaultAuthentication
        self.tls = tls
        self.timeouts = timeouts
        self.models = models
        self.conversion = conversion
        self.realtime = realtime
    }

    /// Whether its API is OpenAI's.
    package var speaksOpenAI: Bool { dialect == .openai || dialect == .simulator }

    /// True for the simulator inside this process, which has no address before it was started (`baseURL.port` is 0); it is
    /// spoken to in its own dialect or as Gemini Live is.
    package var isInProcess: Bool { (dialect == .simulator || dialect == .gemini) && baseURL.port == 0 }

    /// The address of an upstream inside this process; whoever starts it puts the port in.
    package static let inProcess = BaseURL(scheme: .http, host: "127.0.0.1", port: 0, pathPrefix: "/v1")

    /// Returns the key at a place of the list; nil when there is none.
    package func key(at index: Int) -> Secret? {
        apiKeys.indices.contains(index) ? apiKeys[index] : nil
    }
}
