// One signal, caught: it does what it is told to, and nothing by itself any more.

import Dispatch
import Foundation

/// Calls a handler for a signal, from its creation on and as long as it is kept.
///
/// The handler runs on a thread of Dispatch, not in the signal's own context, so it may do anything. Several signals that come
/// at once may be told as one.
final class CaughtSignal {
    private let source: any DispatchSourceSignal

    init(_ number: Int32, _ handler: @escaping @Sendable () -> Void) {
        signal(number, SIG_IGN)
        self.source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        self.source.setEventHandler(handler: handler)
        self.source.resume()
    }
}
