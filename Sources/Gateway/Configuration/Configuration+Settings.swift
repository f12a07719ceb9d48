// What a configuration means to the parts of a relay: the bounds of its transport, and the terms of its sessions.

import HTTPFraming
package import Relay
package import SessionCore
package import Transport
import WebSocketFraming

extension Configuration {
    /// The bounds of each of so many loops.
    package func transportLimits(loops: Int) -> TransportLimits {
        let given = self.limits
        var limits = TransportLimits()
        limits.connectionsPerLoop = max(1, given.connections / max(loops, 1))
        limits.deflate = self.compression.clients ? self.compression.deflate : nil
        limits.http.headBytes = given.headerBytes
        limits.http.bodyBytes = given.requestBodyBytes
        limits.requestBodyBytes = given.requestBodyBytes
        limits.headTimeout = given.handshakeTimeout
        limits.readBytes = min(max(given.bufferPerDirectionBytes, 4 * 1024), 96 * 1024)
        limits.stalledTimeout = given.stalledClient
        limits.pingInterval = given.pingInterval
        limits.messageTimeout = given.messageTimeout
        limits.bodyTimeout = given.bodyTimeout
        limits.keepAliveTimeout = given.keepAlive
        limits.closeTimeout = given.closeTimeout
        limits.fromClient.fragments = given.fragments
        limits.fromUpstream.fragments = given.fragments
        limits.fromClient.controlFramesPerWindow = given.controlFramesPerTurn
        limits.fromUpstream.controlFramesPerWindow = given.controlFramesPerTurn
        limits.fromClient.messageBytes = given.messageFromClientBytes
        limits.fromUpstream.messageBytes = given.messageFromUpstreamBytes
        return limits
    }

    /// What of the relay it settles.
    package var relayTerms: RelayTerms {
        RelayTerms(
            catalog: self.catalog,
            origins: self.originPolicy,
            settings: self.relaySettings,
            operators: OperatorGate(adminKey: self.adminKey),
            cache: self.cache
        )
    }

    private var relaySettings: RelaySettings {
        var settings = RelaySettings()
        settings.handshakeTimeout = self.limits.handshakeTimeout
        settings.routing = self.routing
        settings.maximumSession = self.limits.maximumSession
        settings.idleSession = self.limits.idleSession
        settings.streamKeepAlive = self.limits.streamKeepAlive
        settings.conversation = self.limits.conversation
        settings.translatedAnswerBytes = self.limits.messageFromUpstreamBytes
        settings.offeredUpstream =
            self.compression.upstreams ? self.compression.deflate : nil
        return settings
    }

    /// Everything in it that must not be seen.
    package var secrets: [Secret] {
        self.upstreams.flatMap(\.apiKeys) + (self.adminKey.map { [$0] } ?? [])
    }
}

extension Configuration.Compression {
    fileprivate var deflate: DeflateSettings {
        DeflateSettings(
            allowsContextTakeover: self.contextTakeover,
            rule: CompressionRule(minimumBytes: self.minimumBytes)
        )
    }
}
