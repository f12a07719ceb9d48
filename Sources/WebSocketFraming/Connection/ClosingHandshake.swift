// The closing handshake: RFC 6455 §5.5.1, §7.1.1 to §7.1.4, §7.1.7.
//
//     open      can become sent, received, failed
//     sent      can become closed (the peer's answer), failed
//     received  can become closed (our answer)
//     closed    stays
//     failed    stays; one Close of ours may still go out
//
// Failing is for protocol violations. After it, as after the peer's Close, nothing that arrives is looked at any more.

/// Who has said Close, and what is left to do.
package struct ClosingHandshake: ~Copyable {
    private enum State {
        case open
        case sent
        case received
        case closed
        case failed(closeSent: Bool)
    }

    private var state: State = .open

    package init() {}

    /// The state by name, for conditions and logs.
    package enum Phase: Equatable, Sendable {
        case open
        case closeSent
        case closeReceived
        case closed
        case failed
    }

    package var phase: Phase {
        switch self.state {
        case .open: .open
        case .sent: .closeSent
        case .received: .closeReceived
        case .closed: .closed
        case .failed: .failed
        }
    }

    package var closeSent: Bool {
        switch self.state {
        case .open, .received: false
        case .sent, .closed: true
        case .failed(let closeSent): closeSent
        }
    }

    package var closeReceived: Bool {
        switch self.state {
        case .open, .sent, .failed: false
        case .received, .closed: true
        }
    }

    /// What the owner of the TCP connection is to do now.
    package enum Duty: Equatable, Sendable {
        /// Carry on.
        case keepOpen
        /// Write a Close frame: an answer, or the reason for failing.
        case sendClose
        /// Our Close is out; read on until the peer's comes, for a bounded time.
        case awaitClose
        /// §7.1.1: both have closed and the server ends TCP first; wait for that, for a bounded time.
        case awaitShutdown
        /// End TCP as soon as what was written has left.
        case shutDown
    }

    package func duty(of role: Role) -> Duty {
        switch self.state {
        case .open: .keepOpen
        case .sent: .awaitClose
        case .received: .sendClose
        case .closed:
            switch role {
            case .server: .shutDown
            case .client: .awaitShutdown
            }
        case .failed(let closeSent): closeSent ? .shutDown : .sendClose
        }
    }

    package enum OnReceiveClose: Equatable, Sendable {
        /// The first Close: it is to be answered.
        case answer
        /// The answer to ours.
        case finish
        /// One that came too late to mean anything.
        case ignore
    }

    /// A valid Close frame arrived.
    package mutating func receiveClose() -> OnReceiveClose {
        switch self.state {
        case .open:
            self.state = .received
            return .answer
        case .sent:
            self.state = .closed
            return .finish
        case .received, .closed, .failed:
            return .ignore
        }
    }

    /// We want to send a Close; false when one went out before, as there is never a second.
    package mutating func sendClose() -> Bool {
        switch self.state {
        case .open:
            self.state = .sent
            return true
        case .received:
            self.state = .closed
            return true
        case .failed(closeSent: false):
            self.state = .failed(closeSent: true)
            return true
        case .sent, .closed, .failed(closeSent: true):
            return false
        }
    }

    /// §7.1.7: the peer broke the protocol.
    package mutating func fail() {
        self.state = .failed(closeSent: self.closeSent)
    }
}
