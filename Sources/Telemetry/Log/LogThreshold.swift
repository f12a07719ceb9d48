// From which level on events are logged, where that may change while loggers are about: a logger is a value, and its
// copies are everywhere.

package import Logging
import Synchronization

/// A level that all copies of a logger look up.
package final class LogThreshold: Sendable {
    /// The level's place in the list of all.
    private let place: Atomic<Int>

    package init(_ level: Logger.Level) {
        self.place = Atomic(Self.place(of: level))
    }

    package var level: Logger.Level {
        get {
            let place = self.place.load(ordering: .relaxed)
            return Self.levels.indices.contains(place) ? Self.levels[place] : .info
        }
        set { self.place.store(Self.place(of: newValue), ordering: .relaxed) }
    }

    private static let levels = Logger.Level.allCases

    private static func place(of level: Logger.Level) -> Int {
        self.levels.firstIndex(of: level) ?? 0
    }
}
