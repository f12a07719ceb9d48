// The two sides of a channel's contract: what its owner is told, and how a channel ends.

package import EventLoop
package import OpenSSLTLS

/// Why no more bytes will come from a channel.
///
/// Every channel has room for one, so the one large case is kept elsewhere.
package enum ChannelEnd: Equatable, Sendable {
    /// The peer closed in order: FIN, and close_notify before it where there is TLS.
    case clean
    /// FIN without close_notify: what came last may have been cut off (`robustness.md` F9).
    case truncated
    /// The socket failed; the system error number.
    case failed(SystemError)
    /// TLS refused what the peer sent, or the peer.
    indirect case tls(TLSError)
    /// The peer took nothing of what it was owed for `stalledTimeout`.
    case stalled
}

/// What reads from and writes to a channel: one HTTP connection, one dial, one WebSocket leg.
package protocol ChannelOwner: AnyObject {
    /// Takes bytes `start..<end` of the loop's input block and returns the index of the first one it leaves.
    ///
    /// What is left is offered again, unchanged and with more behind it, at the next read. The owner may write into
    /// everything before the returned index and into the block's headroom.
    func channel(
        _ channel: Channel,
        received bytes: inout MutableSpan<UInt8>,
        from start: Int,
        to end: Int
    ) -> Int

    /// The TLS handshake is complete; called at most once and before any bytes.
    func channelSecured(_ channel: Channel)

    /// All that the kernel had refused is sent.
    func channelDrained(_ channel: Channel)

    /// Bytes that the owner passes on at once if they come now, so that more than `readBytes` may be read; asked when
    /// the peer has filled the read before.
    func channelRoom(_ channel: Channel) -> Int

    /// The channel ended by the peer's doing; called at most once. The owner closes it.
    func channel(_ channel: Channel, ended end: ChannelEnd)
}

extension ChannelOwner {
    package func channelSecured(_ channel: Channel) {}
    package func channelDrained(_ channel: Channel) {}
    package func channelRoom(_ channel: Channel) -> Int { 0 }
}
