// Ctrl-C, and requests to end, while something is to be tidied up first.

import Foundation
import Synchronization

/// Does with SIGINT what the moment asks for, and ends the process in order at SIGTERM and SIGHUP.
final class Interrupts {
    /// What was asked for so far, and what to do about it.
    private final class Moment: Sendable {
        let state = Mutex<(action: (@Sendable () -> Void)?, wasInterrupted: Bool)>((nil, false))
    }

    private let moment = Moment()
    private let signals: [CaughtSignal]

    /// `tidy` is done before the process ends because of SIGTERM or SIGHUP.
    init(tidy: @escaping @Sendable () async -> Void) {
        let interrupt = CaughtSignal(SIGINT) { [moment] in
            let action = moment.state.withLock { state in
                state.wasInterrupted = true
                return state.action
            }
            action?()
        }
        let ends = [SIGTERM, SIGHUP].map { number in
            CaughtSignal(number) {
                Task {
                    await tidy()
                    exit(128 + number)
                }
            }
        }
        self.signals = [interrupt] + ends
    }

    /// Whether there was one since `forgive`.
    var wasInterrupted: Bool { self.moment.state.withLock { $0.wasInterrupted } }

    func forgive() {
        self.moment.state.withLock { $0.wasInterrupted = false }
    }

    /// What the next interrupt does; nil for only being remembered.
    func during(_ action: (@Sendable () -> Void)?) {
        let isLate = self.moment.state.withLock { state in
            state.action = action
            return state.wasInterrupted
        }
        // It came just before.
        if isLate { action?() }
    }
}
