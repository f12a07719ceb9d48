// The connection to a Gemini Live upstream as the session sees it (protocol: realtime §14.4, §15): what was sent over it, what
// waits for it, and where the next one goes on.
//
// dialling → waiting → settingUp → ready → dialling …
//
// What was said since the upstream last named a place to come back to, and was not answered, is kept: the next connection
// begins at that place, and hears it again. What was answered is not, since it would be answered twice.

import Dialects

/// The state of the connection.
struct LiveLink: Sendable {
    enum Phase: Sendable, Equatable {
        /// No connection yet, or the next one not yet.
        case dialling
        /// Connected; the setup waits until this moment for a first event.
        case waiting(until: Int64)
        /// The setup is on its way; its answer must come until this moment.
        case settingUp(until: Int64)
        case ready
        case ended
    }

    private struct Sent: Sendable {
        /// The place among the connection's messages; the setup is 0.
        let index: Int
        let message: [UInt8]
    }

    private struct Queued: Sendable {
        let message: [UInt8]
        let isAudio: Bool
    }

    var phase = Phase.dialling
    /// Where the next connection goes on; nil while there is no such place.
    private(set) var handle: String?
    /// When the upstream has said that it goes, the latest moment for the next connection.
    var leaveBy: Int64?
    /// Whether the settings went upstream, so that only few of them can change.
    var wasSetUp = false
    /// When the present connection was set up.
    var readyAt: Int64 = 0
    /// Whether the present connection follows one that was lost.
    var followsLoss = false

    private var queue: [Queued] = []
    private(set) var queuedBytes = 0
    private var log: [Sent] = []
    private var loggedBytes = 0
    private var sentCount = 0
    private var answeredCount = 0

    var isReady: Bool { phase == .ready }

    /// Puts a message behind what waits; `isAudio` tells what `dropQueuedAudio` takes away.
    mutating func enqueue(_ message: [UInt8], isAudio: Bool) {
        queue.append(Queued(message: message, isAudio: isAudio))
        queuedBytes += message.count
    }

    mutating func dropQueuedAudio() {
        queue.removeAll(where: \.isAudio)
        queuedBytes = queue.reduce(0) { $0 + $1.message.count }
    }

    /// What waited, which is now to be sent; `noteSent` follows for each.
    mutating func takeQueue() -> [[UInt8]] {
        defer {
            queue = []
            queuedBytes = 0
        }
        return queue.map(\.message)
    }

    /// Remembers what was sent; the oldest goes when there is too much.
    mutating func noteSent(_ message: [UInt8], limits: LiveLimits) {
        sentCount += 1
        log.append(Sent(index: sentCount, message: message))
        loggedBytes += message.count
        guard loggedBytes > limits.replayedBytes else { return }
        var dropped = 0
        while loggedBytes > limits.replayedBytes, dropped < log.count {
            loggedBytes -= log[dropped].message.count
            dropped += 1
        }
        log.removeFirst(dropped)
    }

    /// An answer begins: it is one to what was said so far.
    mutating func noteAnswer() { answeredCount = sentCount }

    /// The answer has ended.
    mutating func noteAnswered() {
        // A connection that brought an answer is as good as a first one.
        followsLoss = false
        forget(upTo: answeredCount)
    }

    private mutating func forget(upTo index: Int) {
        log.removeAll { $0.index <= index }
        loggedBytes = log.reduce(0) { $0 + $1.message.count }
    }

    /// The upstream names a place to come back to; while it says that there is none, the last one stays.
    mutating func take(_ resumption: LiveServerMessage.Resumption) {
        guard resumption.isResumable, let handle = resumption.handle else { return }
        self.handle = handle
        forget(upTo: resumption.lastConsumed ?? sentCount)
    }

    /// Makes ready for the next connection: what has to be said again comes before what waits.
    mutating func leave() {
        queue = log.map { Queued(message: $0.message, isAudio: false) } + queue
        queuedBytes += loggedBytes
        log = []
        (loggedBytes, sentCount, answeredCount) = (0, 0, 0)
        leaveBy = nil
        phase = .dialling
    }
}
