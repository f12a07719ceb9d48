// Ctrl-C, and requests to end, while something is to be tidied up first.

import Dispatch
import Foundation
import Synchronization

/// Does with SIGINT what the moment asks for, and ends the process in order at SIGTERM and SIGHUP.
final class Interrupts {
    /// What was asked for so far, and what to do about it.
    private final class Moment: Sendable {
        let state = Mutex<(action: (@Sendable () -> Void)?, wasInterrupted: Bool)>((nil, false))
    }

    private let moment = Moment()
    private let sources: [any DispatchSourceSignal]

    /// `tidy` is done before the process ends because of SIGTERM or SIGHUP.
    init(tidy: @escaping @Sendable () async -> Void) {
        let interrupt = Self.source(SIGINT) { [moment] in
            let action = moment.state.withLock { state in
                state.wasInterrupted = true
                return state.action
            }
            action?()
        }
        let ends = [SIGTERM, SIGHUP].map { number in
            Self.source(number) {
                Task {
                    await tidy()
                    exit(128 + number)
                }
            }
        }
        self.sources = [interrupt] + ends
    }

    private static func source(
        _ number: Int32,
        _ handler: @escaping @Sendable () -> Void
    ) -> any DispatchSourceSignal {
        signal(number, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler(handler: handler)
        source.resume()
        return source
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
