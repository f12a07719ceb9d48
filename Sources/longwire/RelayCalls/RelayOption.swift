// Which relay a command speaks to.

import ArgumentParser
import Foundation
import Gateway
import OpenSSLTLS
import SessionCore

/// `--url`, and what comes with it.
struct RelayOption: ParsableArguments {
    @OptionGroup var config: ConfigurationOption
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The relay, such as http://127.0.0.1:8080; else the configuration's first listener.",
            valueName: "URL"
        )
    )
    var url: String?
    @Option(
        name: .customLong("ca-file"),
        help: ArgumentHelp("Authorities to trust instead of the system's, for https.", valueName: "PEM")
    )
    var authorities: String?

    func validate() throws {
        if let url, (try? BaseURL.parse(url)) == nil {
            throw ValidationError("--url '\(url)' is not an address such as http://127.0.0.1:8080.")
        }
    }

    /// The client for Longwire's own API; the admin key is the configuration's, else LONGWIRE_ADMIN_KEY.
    func client() throws -> RelayClient {
        let configuration = try self.config.load()
        let environment = ProcessInfo.processInfo.environment["LONGWIRE_ADMIN_KEY"] ?? ""
        let key = configuration.adminKey ?? (environment.isEmpty ? nil : Secret(environment))
        return try self.client(configuration, showing: key)
    }

    /// A client that shows this credential.
    func client(_ configuration: Configuration, showing credential: Secret?) throws -> RelayClient {
        RelayClient(
            base: try self.url.map { try BaseURL.parse($0) } ?? Self.base(of: configuration),
            credential: credential,
            trust: TLSClientConfiguration(trust: self.authorities.map { .file($0) } ?? .system, verification: .full)
        )
    }

    /// Where a relay with this configuration can be reached from this machine.
    private static func base(of configuration: Configuration) throws -> BaseURL {
        let listeners = configuration.listeners.filter { $0.port != 0 }
        guard let listener = listeners.first(where: { $0.tls == nil }) ?? listeners.first else {
            Console.complain("The configuration leaves the port to the system. Name the relay's address with --url.")
            throw ExitCode(Console.usageExit)
        }
        // What listens everywhere listens on the loopback as well.
        let isEverywhere = listener.address.bytes.allSatisfy { $0 == 0 }
        let everywhere = listener.address.bytes.count == 4 ? "127.0.0.1" : "::1"
        return BaseURL(
            scheme: listener.tls == nil ? .http : .https,
            host: isEverywhere ? everywhere : "\(listener.address)",
            port: listener.port,
            pathPrefix: ""
        )
    }
}
