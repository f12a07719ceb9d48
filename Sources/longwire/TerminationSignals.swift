// SIGTERM and SIGINT as something to wait for.

import Foundation
import Gateway

/// Catches the signals that ask a process to end, from its creation on.
final class TerminationSignals {
    private let latch = Latch()
    private let name = SignalName()
    private let signals: [CaughtSignal]

    init() {
        self.signals = [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")].map { [latch, name] number, text in
            CaughtSignal(number) {
                name.set(text)
                latch.open()
            }
        }
    }

    /// Ends the wait as a signal of this name would; may be called from anywhere.
    var end: @Sendable (_ name: String) -> Void {
        { [latch, name] text in
            name.set(text)
            latch.open()
        }
    }

    /// Returns the first signal's name.
    func wait() async -> String {
        await self.latch.wait()
        return self.name.get()
    }
}
