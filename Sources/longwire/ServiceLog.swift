// The log of a command that runs a service: where it goes and in which form is settled at the start, from which level on and
// what it must not show may change with the configuration.

import Foundation
import Gateway
import Glibc
import Logging
import SessionCore
import Telemetry

/// A logger to standard error that never waits for whoever reads it, and never shows a known secret.
struct ServiceLog: Sendable {
    let logger: Logger
    let sink: LogSink
    private let threshold: LogThreshold
    private let secrets: KnownSecrets
    /// What the command line or the environment asks for, whatever is configured.
    private let asked: Logger.Level?

    init(_ option: LogOption, configured: Configuration.Log = Configuration.Log(), secrets: [Secret] = []) {
        let sink = LogSink(descriptor: STDERR_FILENO)
        let whereItGoes = isatty(STDERR_FILENO) == 1 ? LogFormat.text : .json
        let format = option.format.flatMap { LogFormat(rawValue: $0) } ?? configured.format ?? whereItGoes
        let environment = ProcessInfo.processInfo.environment["LONGWIRE_LOG_LEVEL"]?.lowercased()
        let known = KnownSecrets(secrets)
        self.asked =
            [option.level, environment].compactMap { $0 }.lazy
            .compactMap { Logger.Level(rawValue: $0) }.first
        let threshold = LogThreshold(Self.level(self.asked, configured))
        self.logger = Logger(label: "longwire") { label in
            LineLogHandler(label: label, format: format, sink: sink, threshold: threshold) { known.redact($0) }
        }
        self.sink = sink
        self.threshold = threshold
        self.secrets = known
    }

    /// What another configuration holds is not shown either; to be called before anybody works with it.
    func hide(_ secrets: [Secret]) {
        self.secrets.expect(secrets)
    }

    /// Another configuration counts.
    func follow(_ configuration: Configuration) {
        self.secrets.follow(configuration.secrets)
        self.threshold.level = Self.level(self.asked, configuration.log)
    }

    private static func level(_ asked: Logger.Level?, _ configured: Configuration.Log) -> Logger.Level {
        asked ?? configured.level ?? .notice
    }
}
