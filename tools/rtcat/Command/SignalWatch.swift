// SIGINT, SIGTERM and SIGHUP as values; SIGPIPE not at all, for a lost reader is told by the write that fails.

import Dispatch
import Foundation

/// Catches the signals that ask a process to end, from its creation on.
final class SignalWatch {
    /// The signals in the order they came.
    let stream: AsyncStream<CInt>
    private let sources: [any DispatchSourceSignal]

    init() {
        signal(SIGPIPE, SIG_IGN)
        let (stream, continuation) = AsyncStream.makeStream(of: CInt.self, bufferingPolicy: .bufferingOldest(4))
        self.stream = stream
        self.sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
    }
}
