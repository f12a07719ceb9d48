// A number that several threads count up.

import Synchronization

/// A thread-safe counter.
package final class SharedCounter: Sendable {
    private let count = Atomic<Int>(0)

    package init() {}

    package var value: Int { count.load(ordering: .sequentiallyConsistent) }

    package func increment() {
        count.add(1, ordering: .sequentiallyConsistent)
    }
}
