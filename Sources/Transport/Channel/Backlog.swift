// What a channel owes in either direction. Most channels owe nothing most of the time, so it is made when it is first
// needed: an idle channel has none.

import EventLoop

/// Bytes that wait, and what is remembered while they do.
///
/// Belongs to its channel.
final class Backlog {
    /// Input that the owner left for later.
    var carry = Spill()
    /// Output that the kernel refused.
    var spill = Spill()
    /// When the kernel last took some of the spill.
    var lastProgress: MonotonicTime
    /// Bytes discarded while lingering, or read as last words.
    var lingered = 0
    /// An end that is told later: met while writing, or behind bytes that the owner has not taken yet.
    var pendingEnd: ChannelEnd?

    init(now: MonotonicTime) {
        self.lastProgress = now
    }
}
