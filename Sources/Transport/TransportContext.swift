// What the connections of one loop share. It belongs to the loop's thread and is not `Sendable`.

package import EventLoop
import HTTPFraming
package import Logging
package import OpenSSLTLS
package import WebSocketFraming

/// One loop's share of the transport: its blocks, its ciphertext output, its random words, its limits.
package final class TransportContext {
    package let loop: EventLoop
    package let resolver: Resolver
    package private(set) var limits: TransportLimits
    package let logger: Logger
    /// Collects the ciphertext of one flush; empty between calls.
    package let tlsOutput = TLSOutput()
    /// The zlib streams that sessions without context takeover share.
    package private(set) var deflatePool: DeflatePool
    /// Counts the loop's clients.
    let acceptGate: AcceptGate
    /// What comes out of inflation, and out of deflation, on its way.
    let inflated = ScratchBlock(capacity: TransportContext.compressionBlockBytes)
    let deflated = ScratchBlock(capacity: TransportContext.compressionBlockBytes)
    private static let compressionBlockBytes = 64 * 1024
    /// Ranges of the loop's input block that wait to be sent to one channel.
    var staged = StagedRanges()
    private let randomWords = RandomWordSource()

    /// A head is parsed in one piece, in the loop's input block, together with what comes behind it.
    private static let largestHead = 128 * 1024

    /// Counts the channels of all loops that are not closed yet.
    let openChannels: OpenChannels

    package init(
        loop: EventLoop,
        resolver: Resolver,
        limits: TransportLimits,
        logger: Logger,
        openChannels: OpenChannels = OpenChannels()
    ) {
        self.openChannels = openChannels
        self.loop = loop
        self.resolver = resolver
        self.limits = Self.possible(limits)
        self.logger = logger
        self.acceptGate = AcceptGate(limit: limits.connectionsPerLoop)
        self.deflatePool = DeflatePool(settings: limits.deflate ?? DeflateSettings())
    }

    /// Other limits count: at once where they are asked for, such as times and bytes of reads, and for new sessions where
    /// they are agreed on, such as sizes of messages and compression.
    package func adopt(_ limits: TransportLimits) {
        let limits = Self.possible(limits)
        self.acceptGate.adopt(limit: limits.connectionsPerLoop)
        if limits.deflate != self.limits.deflate {
            self.deflatePool = DeflatePool(settings: limits.deflate ?? DeflateSettings())
        }
        self.limits = limits
    }

    private static func possible(_ limits: TransportLimits) -> TransportLimits {
        var limits = limits
        limits.http.headBytes = min(limits.http.headBytes, Self.largestHead)
        return limits
    }

    /// A fresh unpredictable masking key (RFC 6455 §5.3), for `Channel.nextMaskingKey`.
    @inline(never)
    func nextMaskingKey() -> UInt32 {
        self.randomWords.next()
    }

    /// The 16 bytes of a client's opening handshake, which nobody can foresee (RFC 6455 §4.1).
    func handshakeNonce() -> [UInt8] {
        var nonce: [UInt8] = []
        nonce.reserveCapacity(16)
        while nonce.count < 16 {
            unsafe withUnsafeBytes(of: self.randomWords.next()) { unsafe nonce.append(contentsOf: $0) }
        }
        return nonce
    }

    /// 64 bits that nobody can foresee.
    package func randomWord() -> UInt64 {
        UInt64(self.randomWords.next()) << 32 | UInt64(self.randomWords.next())
    }
}
