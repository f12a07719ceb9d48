// Handlers that write down what they were told.

package import EventLoop

/// Records everything a loop tells it, and runs a closure each time.
package final class Recorder: ReadinessHandler, TimerHandler, TurnHandler {
    package private(set) var readiness: [Readiness] = []
    package private(set) var fired: [Int] = []
    package private(set) var turns = 0
    package var onReady: (Readiness) -> Void = { _ in }
    package var onTimer: (Int) -> Void = { _ in }
    package var onTurn: () -> Void = {}

    package init() {}

    package func ready(_ readiness: Readiness) {
        self.readiness.append(readiness)
        onReady(readiness)
    }

    package func timerFired(tag: Int) {
        fired.append(tag)
        onTimer(tag)
    }

    package func endOfTurn() {
        turns += 1
        onTurn()
    }
}
