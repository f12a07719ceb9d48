// SIGTERM and SIGINT as something to wait for.

import Dispatch
import Foundation
import Gateway

/// Catches the signals that ask a process to end, from its creation on.
final class TerminationSignals {
    private let latch = Latch()
    private let name = SignalName()
    private let sources: [any DispatchSourceSignal]

    init() {
        var sources: [any DispatchSourceSignal] = []
        for (number, text) in [(SIGTERM, "SIGTERM"), (SIGINT, "SIGINT")] {
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [latch, name] in
                name.set(text)
                latch.open()
            }
            source.resume()
            sources.append(source)
        }
        self.sources = sources
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
