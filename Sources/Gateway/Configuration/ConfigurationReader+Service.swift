// The sections about the service itself: where it listens, what it keeps, whom it lets in, its limits.

import Foundation
import Logging
import SessionCore
import Telemetry

extension ConfigurationReader {
    func listeners(in root: ConfigurationSection) -> [Listener]? {
        let remedy = "Add '- address: 127.0.0.1:8080', or remove the key."
        let sections = root.sections("listen", keys: ["address", "tls"], ifEmpty: remedy)
        var seen: Set<String> = []
        return sections?.compactMap { section in
            guard let listener = listener(in: section) else { return nil }
            guard listener.port == 0 || seen.insert("\(listener.host):\(listener.port)").inserted else {
                findings.fail(section.path("address"), "is listed twice", remedy: "Remove one, or change its port.")
                return nil
            }
            return listener
        }
    }

    private func listener(in section: ConfigurationSection) -> Listener? {
        let remedy = "Write HOST:PORT with an IP address or localhost, such as 127.0.0.1:8080 or [::1]:8080."
        let tls = listenerTLS(in: section)
        guard let text = section.requiredText("address", remedy: remedy) else { return nil }
        guard var listener = Listener(text) else {
            findings.fail(
                section.path("address"),
                "is \(section.written("address")), which is no address",
                remedy: remedy
            )
            return nil
        }
        listener.tls = tls
        return listener
    }

    private func listenerTLS(in section: ConfigurationSection) -> Listener.TLS? {
        guard let tls = section.section("tls", keys: ["certificate", "private_key"]) else { return nil }
        let certificate = pemFile("certificate", in: tls)
        let privateKey = pemFile("private_key", in: tls)
        guard let certificate, let privateKey else { return nil }
        return Listener.TLS(certificateFile: certificate, privateKeyFile: privateKey)
    }

    /// Reads the path of a PEM file that has to be named and to be there.
    private func pemFile(_ key: String, in section: ConfigurationSection) -> String? {
        guard let text = section.requiredText(key, remedy: "Name a PEM file.") else { return nil }
        return checkedPEM(text, at: section.path(key))
    }

    /// Returns the full path of a PEM file, or notes why it cannot be used (robustness F4).
    func checkedPEM(_ text: String, at keyPath: String) -> String? {
        let path = resolved(text)
        if let fault = ReadableFile.faultOfPEM(at: path) {
            findings.fail(
                keyPath,
                "names \(RelayError.quoted(path)), which \(fault)",
                remedy: "Name a readable PEM file; relative paths start from the configuration's directory."
            )
            return nil
        }
        return path
    }

    /// Makes a path start from the directory of the file.
    func resolved(_ path: String) -> String {
        path.hasPrefix("/") ? path : URL(fileURLWithPath: directory).appendingPathComponent(path).path
    }

    func store(in root: ConfigurationSection) -> StoreLocation? {
        guard let text = root.text("store") else { return nil }
        let scheme = "sqlite:"
        let path = text.dropFirst(scheme.count)
        guard text.hasPrefix(scheme), !path.isEmpty, path != ":memory:" else {
            findings.fail(
                "store",
                "is \(root.written("store"))",
                remedy: "Write sqlite:FILE, such as sqlite:longwire.sqlite."
            )
            return nil
        }
        return .sqlite(path: resolved(String(path)))
    }

    func adminKey(in root: ConfigurationSection) -> Secret? {
        guard let text = root.text("admin_key") else { return nil }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            findings.fail(
                "admin_key",
                "has characters that no header carries",
                remedy: "Use printable ASCII without spaces."
            )
            return nil
        }
        if text.utf8.count < 16 { findings.warn("admin_key", "is shorter than 16 characters and may be guessed") }
        return Secret(text)
    }

    /// An empty list keeps all browsers out; an absent one lets all in.
    func origins(in root: ConfigurationSection) -> [String]? {
        root.texts("origins")?.compactMap { item in
            guard Self.isOrigin(item.text) else {
                findings.fail(
                    item.path,
                    "is \(RelayError.quoted(item.text)), which is no origin",
                    remedy: "Write scheme, host and port if needed, such as https://app.example.com; "
                        + "remove 'origins' to let any page connect."
                )
                return nil
            }
            return item.text
        }
    }

    /// RFC 6454 §6.2: what a browser sends has no path; extensions of browsers bring schemes of their own.
    private static func isOrigin(_ text: String) -> Bool {
        guard let mark = text.range(of: "://") else { return false }
        let scheme = text[..<mark.lowerBound]
        let host = text[mark.upperBound...]
        return !scheme.isEmpty && scheme.utf8.allSatisfy { Base62.isDigit($0) || $0 == UInt8(ascii: "-") }
            && !host.isEmpty && host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"/?#@*\\".utf8.contains($0) }
    }

    func limits(in root: ConfigurationSection) -> Configuration.Limits? {
        let keys = [
            "header_bytes", "handshake_timeout", "request_body", "message_from_client", "message_from_upstream",
            "buffer_per_direction", "stalled_client", "ping_interval", "message_timeout", "max_session", "idle_session",
            "fragments", "stream_keep_alive", "control_frames", "body_timeout", "keep_alive", "close_timeout",
            "connections", "conversation",
        ]
        guard let section = root.section("limits", keys: keys) else { return nil }
        let kibi = 1 << 10
        let gibi = 1 << 30
        let wait: ClosedRange<Duration> = .milliseconds(10) ... .seconds(3_600)
        var limits = Configuration.Limits()
        limits.headerBytes = section.bytes("header_bytes", in: kibi...(kibi * kibi)) ?? limits.headerBytes
        limits.handshakeTimeout = section.duration("handshake_timeout", in: wait) ?? limits.handshakeTimeout
        limits.requestBodyBytes = section.bytes("request_body", in: kibi...gibi) ?? limits.requestBodyBytes
        limits.messageFromClientBytes =
            section.bytes("message_from_client", in: kibi...gibi) ?? limits.messageFromClientBytes
        limits.messageFromUpstreamBytes =
            section.bytes("message_from_upstream", in: kibi...gibi) ?? limits.messageFromUpstreamBytes
        limits.bufferPerDirectionBytes =
            section.bytes("buffer_per_direction", in: (4 * kibi)...(64 * kibi * kibi)) ?? limits.bufferPerDirectionBytes
        limits.stalledClient = section.duration("stalled_client", in: wait) ?? limits.stalledClient
        limits.pingInterval = section.duration("ping_interval", in: wait) ?? limits.pingInterval
        limits.messageTimeout =
            section.duration("message_timeout", in: .zero ... .seconds(3_600)) ?? limits.messageTimeout
        limits.maximumSession =
            section.duration("max_session", in: .zero ... .seconds(7 * 86_400)) ?? limits.maximumSession
        limits.streamKeepAlive =
            section.duration("stream_keep_alive", in: .zero ... .seconds(3_600)) ?? limits.streamKeepAlive
        limits.idleSession = section.duration("idle_session", in: .zero ... .seconds(86_400)) ?? limits.idleSession
        limits.fragments = section.integer("fragments", in: 1...(kibi * kibi)) ?? limits.fragments
        limits.controlFramesPerTurn =
            section.integer("control_frames", in: 16...(kibi * kibi)) ?? limits.controlFramesPerTurn
        limits.bodyTimeout = section.duration("body_timeout", in: wait) ?? limits.bodyTimeout
        limits.keepAlive = section.duration("keep_alive", in: wait) ?? limits.keepAlive
        limits.closeTimeout = section.duration("close_timeout", in: wait) ?? limits.closeTimeout
        limits.connections = section.integer("connections", in: 1...(kibi * kibi)) ?? limits.connections
        limits.conversation = conversation(in: section) ?? limits.conversation
        return limits
    }

    func compression(in root: ConfigurationSection) -> Configuration.Compression? {
        let keys = ["clients", "upstreams", "context_takeover", "minimum"]
        guard let section = root.section("compression", keys: keys) else { return nil }
        var compression = Configuration.Compression()
        compression.clients = section.choice("clients", Switch.self)?.isOn ?? compression.clients
        compression.upstreams = section.choice("upstreams", Switch.self)?.isOn ?? compression.upstreams
        compression.contextTakeover =
            section.choice("context_takeover", Switch.self)?.isOn ?? compression.contextTakeover
        compression.minimumBytes = section.bytes("minimum", in: 0...(1 << 20)) ?? compression.minimumBytes
        return compression
    }

    /// The section alone turns the cache on.
    func cache(in root: ConfigurationSection) -> CacheSettings? {
        let keys = ["entries", "bytes", "answer_bytes", "ttl", "scope", "models"]
        guard let section = root.section("cache", keys: keys) else { return nil }
        var cache = CacheSettings()
        cache.entries = section.integer("entries", in: 1...10_000_000) ?? cache.entries
        cache.bytes = section.bytes("bytes", in: (64 << 10)...(64 << 30)) ?? cache.bytes
        cache.answerBytes = section.bytes("answer_bytes", in: 1_024...(64 << 20)) ?? cache.answerBytes
        cache.life = section.duration("ttl", in: .seconds(1)...(.seconds(30 * 86_400))) ?? cache.life
        cache.scope = section.choice("scope", CacheSettings.Scope.self) ?? cache.scope
        cache.models = section.texts("models")?.map(\.text) ?? cache.models
        return cache
    }

    func log(in root: ConfigurationSection) -> Configuration.Log? {
        guard let section = root.section("log", keys: ["format", "level"]) else { return nil }
        var log = Configuration.Log()
        log.format = section.choice("format", LogFormat.self)
        log.level = section.choice("level", Logger.Level.self)
        return log
    }

    /// A yes or no, in the words of YAML 1.2.
    private enum Switch: String, CaseIterable {
        case yes = "true"
        case no = "false"

        var isOn: Bool { self == .yes }
    }
}
