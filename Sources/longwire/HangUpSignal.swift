// SIGHUP: the configuration is to be read again; or the terminal is gone, and with it whoever started the process there.

import Foundation

/// Catches SIGHUP from its creation on, so that it ends nothing by itself.
final class HangUpSignal {
    /// One element for each wish to reload; wishes that come while one waits are one.
    let wishes: AsyncStream<Void>
    private let hangUp: CaughtSignal

    /// `terminalGone` is called in place of a wish when a terminal that was there at the start no longer is.
    init(terminalGone: @escaping @Sendable () -> Void) {
        let terminals = [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO].filter { isatty($0) == 1 }
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        self.wishes = stream
        self.hangUp = CaughtSignal(SIGHUP) {
            if terminals.contains(where: { isatty($0) != 1 }) {
                terminalGone()
            } else {
                continuation.yield()
            }
        }
    }
}
