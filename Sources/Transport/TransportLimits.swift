// Every bound that Transport keeps, in one value. `robustness.md`'s rows and the configuration's `limits:` map onto it.

package import HTTPFraming
package import WebSocketFraming

/// Bounds of listeners, connections and WebSocket legs.
///
/// Sizes are bytes. The defaults are those of the configuration reference.
package struct TransportLimits: Sendable {
    /// HTTP heads, fields and chunk lines.
    package var http = HTTPLimits()
    /// Frames and messages that clients send.
    package var fromClient = WebSocketLimits()
    /// Frames and messages that upstreams send.
    package var fromUpstream = WebSocketLimits()
    /// How messages are compressed where both sides agree to it; nil never agrees.
    package var deflate: DeflateSettings? = DeflateSettings()
    /// The most that one wake-up reads from a socket and keeps if the other side takes none of it.
    ///
    /// What the other side's kernel then refuses is spilled, and reading stops until it is gone, so this is also the
    /// bound of the buffer per direction. More is read only where the kernel has said that it has room for it.
    package var readBytes = 64 * 1024
    /// The largest request body that is taken into memory.
    package var requestBodyBytes = 32 * 1024 * 1024
    /// The largest body of an upstream's refusal that is read to be passed on.
    package var refusalBodyBytes = 64 * 1024
    /// Bytes of pipelined requests kept while an exchange is under way.
    package var pipelinedBytes = 16 * 1024
    /// Client connections of one loop, sessions included; further ones wait until one goes.
    package var connectionsPerLoop = 65_536

    /// From accept, or from a request's first byte, to the end of its head; also the TLS handshake of a client.
    package var headTimeout: Duration = .seconds(10)
    /// The longest silence within a request body.
    package var bodyTimeout: Duration = .seconds(30)
    /// How long a kept-alive client connection may stay silent between requests.
    package var keepAliveTimeout: Duration = .seconds(75)
    /// How long a peer that takes nothing of what it is owed is kept.
    package var stalledTimeout: Duration = .seconds(30)
    /// From our Close frame to the cut of the TCP connection.
    package var closeTimeout: Duration = .seconds(5)
    /// How long unread input is discarded after our last byte, so that a reset does not destroy it on its way.
    package var lingerTimeout: Duration = .seconds(2)
    /// Bytes discarded while lingering, and most that are read of a peer that takes nothing any more.
    package var lingerBytes = 16 * 1024 * 1024
    /// Between two pings on a leg, zero for none where the leg pings by itself; a leg that was silent for two of them is dead.
    package var pingInterval: Duration = .seconds(20)
    /// How long a peer may take over one message; zero for as long as it likes.
    ///
    /// Looked at once in a ping interval.
    package var messageTimeout: Duration = .seconds(300)
    /// An idle pooled upstream connection is closed after this.
    package var poolIdleTimeout: Duration = .seconds(50)
    /// Idle connections kept for each upstream on each loop.
    package var poolIdleConnections = 128

    package init() {}
}
