// Everything an operator can say, typed and checked; what the rest of the program reads instead of YAML.
//
// A value of this type is complete: defaults are filled in, names lead somewhere, files were there. It is immutable in
// use; a reload makes another one.

package import Logging
package import SessionCore
package import Telemetry

/// The configuration of one process.
package struct Configuration: Sendable, Equatable {
    /// The file it came from; nil for the built-in one.
    package var file: String?
    /// Whether that file says nothing.
    package var isBlank = false
    /// The file, if it says anything.
    var speakingFile: String? { self.isBlank ? nil : self.file }
    package var listeners: [Listener]
    package var store: StoreLocation
    /// Absent: the admin API and the console's pages answer beyond loopback with 403.
    package var adminKey: Secret?
    package var upstreams: [Upstream]
    package var models: [Model]
    package var limits: Limits
    package var routing = RoutingPolicy()
    package var compression = Compression()
    /// Nil for none.
    package var cache: CacheSettings?
    package var log = Log()
    /// Origins that may connect; nil lets any.
    package var origins: [String]?
    /// What is allowed but deserves a line in the log at start.
    package var warnings: [ConfigurationWarning]

    package init(
        file: String? = nil,
        listeners: [Listener] = [.standard],
        store: StoreLocation,
        adminKey: Secret? = nil,
        upstreams: [Upstream],
        models: [Model] = [],
        limits: Limits = Limits(),
        origins: [String]? = nil,
        warnings: [ConfigurationWarning] = []
    ) {
        self.file = file
        self.listeners = listeners
        self.store = store
        self.adminKey = adminKey
        self.upstreams = upstreams
        self.models = models
        self.limits = limits
        self.origins = origins
        self.warnings = warnings
    }

    /// What is logged, and how; nil leaves it to the command line and to where the log goes.
    package struct Log: Sendable, Equatable {
        package var format: LogFormat?
        package var level: Logger.Level?

        package init() {}
    }

    /// permessage-deflate (RFC 7692) toward clients and upstreams.
    package struct Compression: Sendable, Equatable {
        /// Whether clients that offer it get it.
        package var clients = true
        /// Whether it is offered to upstreams.
        package var upstreams = false
        /// Whether dictionaries live from message to message, at the cost of memory for each session.
        package var contextTakeover = false
        /// Messages below this many bytes go as they are.
        package var minimumBytes = 1024

        package init() {}
    }

    /// The models and upstreams, ready to be asked.
    package var catalog: ModelCatalog { ModelCatalog(models: models, upstreams: upstreams) }

    /// The origins, ready to be asked.
    package var originPolicy: OriginPolicy { OriginPolicy(origins) }

    /// Limits of time and size; the defaults are the documented ones.
    package struct Limits: Sendable, Equatable {
        package var headerBytes = 16 * 1024
        /// From the first byte of a connection to the end of its request head or handshake.
        package var handshakeTimeout: Duration = .seconds(10)
        package var requestBodyBytes = 32 * 1024 * 1024
        package var messageFromClientBytes = 16 * 1024 * 1024
        package var messageFromUpstreamBytes = 32 * 1024 * 1024
        /// What one side may be behind before the other is no longer read.
        package var bufferPerDirectionBytes = 64 * 1024
        /// How long a client may take nothing while something waits for it.
        package var stalledClient: Duration = .seconds(30)
        package var pingInterval: Duration = .seconds(20)
        /// How long a peer may take over one message of a session; zero for never too long.
        package var messageTimeout: Duration = .seconds(300)
        /// Longest realtime session; zero: no cap of ours.
        package var maximumSession: Duration = .zero
        /// A realtime session without a message in either direction ends after this; zero for never.
        package var idleSession: Duration = .seconds(1_800)
        /// How often a client that waits for the first event of a stream hears from us; zero for never.
        package var streamKeepAlive: Duration = .seconds(15)
        /// Fragments of one message.
        package var fragments = 131_072
        /// Pings and pongs of one peer that are taken in one turn of the loop.
        package var controlFramesPerTurn = 20_000
        /// The longest silence within a request body.
        package var bodyTimeout: Duration = .seconds(30)
        /// How long a client connection may stay silent between requests.
        package var keepAlive: Duration = .seconds(75)
        /// From our Close frame to the cut of the TCP connection.
        package var closeTimeout: Duration = .seconds(5)
        /// Client connections of the process.
        package var connections = 65_536
        /// What realtime sessions over chat models may keep.
        package var conversation = ConversationBounds()

        package init() {}
    }
}

/// Where keys and the ledger are kept.
package enum StoreLocation: Sendable, Equatable, CustomStringConvertible {
    /// An SQLite file.
    case sqlite(path: String)

    package var description: String {
        switch self {
        case .sqlite(let path): "sqlite:\(path)"
        }
    }
}

/// Something that works and is probably not meant.
package struct ConfigurationWarning: Sendable, Equatable, CustomStringConvertible {
    package let file: String
    package let line: Int
    package let keyPath: String
    package let message: String

    package var description: String { "\(file):\(line): \(keyPath): \(message)" }
}
