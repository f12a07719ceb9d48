// What a descriptor can be watched for, what it can turn out to be, and who is told.

import CLinux

/// What to watch a descriptor for.
///
/// With nothing in it only `hangUp` and `error` can still arrive.
package struct Interest: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    // Concrete, because the ones that come with `OptionSet` go through witnesses and these are asked every turn.
    package init(arrayLiteral elements: Interest...) {
        rawValue = elements.reduce(0) { $0 | $1.rawValue }
    }

    package func contains(_ member: Interest) -> Bool {
        rawValue & member.rawValue == member.rawValue
    }

    /// Bytes to read, the end of the stream, a connection to accept.
    package static let read = Interest(rawValue: 1)
    /// Room to write, or the end of a connect.
    package static let write = Interest(rawValue: 2)

    /// News only: what a descriptor is ready for is told once, until something new comes or `EventLoop.update` changes
    /// the interest.
    ///
    /// Spares the kernel a second look at each descriptor. Whoever asks for it reads until a read comes back short.
    package static let news = Interest(rawValue: 4)

    /// The bits epoll takes; EPOLLHUP and EPOLLERR are always watched.
    var pollerEvents: UInt32 {
        var events: UInt32 = 0
        if contains(.read) {
            events |= UInt32(lw_epoll_in) | UInt32(lw_epoll_read_hang_up)
        }
        if contains(.write) {
            events |= UInt32(lw_epoll_out)
        }
        if contains(.news) {
            events |= UInt32(lw_epoll_edge)
        }
        return events
    }
}

/// What a descriptor turned out to be.
package struct Readiness: OptionSet, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    package static let readable = Readiness(rawValue: 1)
    package static let writable = Readiness(rawValue: 2)
    /// Both directions are over (EPOLLHUP).
    ///
    /// There may still be bytes to read.
    package static let hangUp = Readiness(rawValue: 4)
    /// An error waits on the descriptor; the next call on it tells which.
    package static let error = Readiness(rawValue: 8)
    /// The peer has finished sending (EPOLLRDHUP, only with `.read`); comes with `readable`.
    package static let peerFinished = Readiness(rawValue: 16)

    package func contains(_ member: Readiness) -> Bool {
        rawValue & member.rawValue == member.rawValue
    }

    init(pollerEvents events: UInt32) {
        var bits: UInt8 = 0
        if events & UInt32(lw_epoll_in) != 0 { bits |= Readiness.readable.rawValue }
        if events & UInt32(lw_epoll_out) != 0 { bits |= Readiness.writable.rawValue }
        if events & UInt32(lw_epoll_hang_up) != 0 { bits |= Readiness.hangUp.rawValue }
        if events & UInt32(lw_epoll_error) != 0 { bits |= Readiness.error.rawValue }
        if events & UInt32(lw_epoll_read_hang_up) != 0 { bits |= Readiness.peerFinished.rawValue }
        rawValue = bits
    }
}

/// Names a watched descriptor.
///
/// A name whose descriptor was removed names nobody, ever again.
package struct Registration: Hashable, Sendable {
    let slot: SlotID
}

/// Names a timer.
///
/// Stays harmless after the timer fired or was cancelled.
package struct TimerID: Hashable, Sendable {
    let slot: SlotID

    /// No timer, where an optional's extra byte is one too many.
    package static let never = TimerID(slot: SlotID(index: .max, generation: .max))
}

/// Is told what its descriptor is ready for.
///
/// The loop holds it strongly from `add` to `remove`.
package protocol ReadinessHandler: AnyObject {
    func ready(_ readiness: Readiness)
}

/// Is told that a timer it set has come due.
///
/// The loop holds it strongly until then or until `cancel`.
package protocol TimerHandler: AnyObject {
    func timerFired(tag: Int)
}

/// Is told once that everything this turn of the loop brought has been delivered.
package protocol TurnHandler: AnyObject {
    func endOfTurn()
}
