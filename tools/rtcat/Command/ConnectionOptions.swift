// How to connect: fields, subprotocols, key, trust, times.

import ArgumentParser
import EventLoop
import HTTPFraming
import OpenSSLTLS
import RTCatCore
import Transport
import WebSocketFraming

/// The options of the handshake.
struct ConnectionOptions: ParsableArguments {
    @Option(
        name: [.customShort("H"), .long],
        help: ArgumentHelp("A header of the handshake; may be repeated.", valueName: "Name: value")
    )
    var header: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("A subprotocol to offer; may be repeated.", valueName: "NAME")
    )
    var subprotocol: [String] = []

    @Option(name: .long, help: ArgumentHelp("Sent as Authorization: Bearer KEY.", valueName: "KEY"))
    var key: String?

    @Flag(
        name: .long,
        help: "Send the key as browsers do: subprotocols realtime and openai-insecure-api-key.KEY, with an Origin."
    )
    var browser = false

    @Option(
        name: .long,
        help: ArgumentHelp("The Origin to send; with --browser the server's own by default.", valueName: "URL")
    )
    var origin: String?

    @Flag(name: [.customShort("k"), .long], help: "Accept any certificate. Whoever sits on the path reads along.")
    var insecure = false

    @Option(
        name: .long,
        help: ArgumentHelp("Trust the certificates of this PEM file instead of the system's.", valueName: "FILE")
    )
    var ca: String?

    @Option(
        name: .customLong("connect-timeout"),
        help: ArgumentHelp("For each of: connect, TLS, handshake.", valueName: "SECONDS")
    )
    var connectTimeout = 10.0

    @Option(
        name: .customLong("ping-interval"),
        help: ArgumentHelp("Between pings of ours; 0 for none.", valueName: "SECONDS")
    )
    var pingInterval = 20.0

    @Option(
        name: .customLong("max-message"),
        help: ArgumentHelp("The largest message to accept, in MiB.", valueName: "MiB")
    )
    var maxMessage = 64

    @Flag(
        name: .long,
        inversion: .prefixedNo,
        help: "Offer compression (permessage-deflate) and compress every message; the echo modes do by themselves."
    )
    var deflate: Bool?

    func validate() throws {
        do {
            for text in self.header { _ = try HeaderLine(text) }
        } catch {
            throw ValidationError("-H: \(error).")
        }
        for name in self.subprotocol where name.isEmpty || !name.utf8.allSatisfy(HeaderLine.isToken) {
            throw ValidationError("'\(name)' is not a subprotocol; letters, digits and -_. only.")
        }
        guard Set(self.subprotocol).count == self.subprotocol.count else {
            throw ValidationError("a subprotocol may be offered only once (RFC 6455 §4.1).")
        }
        guard (0.001...3600).contains(self.connectTimeout) else {
            throw ValidationError("--connect-timeout takes seconds up to 3600.")
        }
        guard self.pingInterval == 0 || (0.01...86_400).contains(self.pingInterval) else {
            throw ValidationError("--ping-interval takes seconds from 0.01 to 86400, or 0 for no pings.")
        }
        guard (1...1024).contains(self.maxMessage) else {
            throw ValidationError("--max-message takes MiB, 1 to 1024.")
        }
        if self.insecure, self.ca != nil {
            throw ValidationError("-k and --ca exclude each other: with -k nothing is verified.")
        }
    }

    /// What must not get into the history file.
    var secrets: [String] {
        let values = self.header.compactMap { (try? HeaderLine($0))?.value }.filter { $0.utf8.count >= 8 }
        return values + (self.key.map { [$0] } ?? [])
    }

    /// For looking at what a server makes of compression, hence no rule about what is worth it.
    private static let everythingDeflated = DeflateSettings(
        allowsContextTakeover: true,
        rule: CompressionRule(minimumBytes: 0, compressesBinary: true)
    )

    /// Where to go, with all that the handshake says.
    ///
    /// - Parameters:
    ///   - sendsKey: whether the handshake carries the key; a first message may, instead.
    ///   - deflates: whether compression is offered when the options do not say.
    func destination(
        for address: ServerAddress,
        usesBetaShape: Bool,
        sendsKey: Bool,
        deflates: Bool
    ) throws -> Destination {
        let origin = self.browser ? self.origin ?? address.origin : nil
        let credential = try Credential(
            key: sendsKey ? self.key : nil,
            asBrowserAt: origin,
            usesBetaShape: usesBetaShape
        )
        var lines = credential.headers + (try self.header.map { text in try HeaderLine(text) })
        if let origin = self.origin, !self.browser {
            lines.append(try HeaderLine(name: "Origin", value: origin))
        }
        var fields = HeaderFields()
        for line in lines { fields.append(line.name, line.value) }
        if !fields.contains("user-agent") { fields.append("User-Agent", "rtcat/0.1.0") }
        var tls: TLSContext?
        if address.isSecure {
            tls = try TLSContext(
                client: TLSClientConfiguration(
                    trust: self.ca.map { .file($0) } ?? .system,
                    verification: self.insecure ? .none : .full
                )
            )
        }
        let offered = credential.subprotocols + self.subprotocol.filter { !credential.subprotocols.contains($0) }
        return Destination(
            address: address,
            fields: fields,
            subprotocols: offered,
            tls: tls,
            limits: WebSocketLimits(messageBytes: self.maxMessage * 1024 * 1024),
            deflate: self.deflate ?? deflates ? Self.everythingDeflated : nil,
            timeout: .seconds(self.connectTimeout),
            pingInterval: .seconds(self.pingInterval),
            hasKey: self.key != nil || fields.contains("authorization")
        )
    }
}

/// Where to go, with all that the handshake says.
struct Destination {
    let address: ServerAddress
    let fields: HeaderFields
    let subprotocols: [String]
    let tls: TLSContext?
    let limits: WebSocketLimits
    let deflate: DeflateSettings?
    let timeout: Duration
    let pingInterval: Duration
    let hasKey: Bool

    /// The dial for the address itself, or for another path and query of the same server.
    func request(target: String? = nil) -> WebSocketDialRequest {
        var endpoint = UpstreamEndpoint(
            name: "server",
            host: self.address.host,
            port: self.address.port,
            tls: self.tls
        )
        endpoint.connectTimeout = self.timeout
        return WebSocketDialRequest(
            endpoint: endpoint,
            target: target ?? self.address.target,
            fields: self.fields,
            subprotocols: self.subprotocols,
            limits: self.limits,
            deflate: self.deflate,
            handshakeTimeout: self.timeout
        )
    }
}
