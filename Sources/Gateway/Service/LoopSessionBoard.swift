// The sessions of all loops: each loop is asked on its own thread, and answers with values.

import EventLoop
import Relay
import SessionCore
import Synchronization

/// Asks every loop's relay.
final class LoopSessionBoard: SessionBoard {
    private let relays = Mutex<[LoopBound<RelayService>]>([])

    /// A loop begins to serve.
    func add(_ relay: RelayService, on loop: LoopHandle) {
        let bound = LoopBound(relay, on: loop)
        self.relays.withLock { $0.append(bound) }
    }

    func sessions(limit: Int) async -> [LiveSession] {
        var all: [LiveSession] = []
        for relay in self.relays.withLock({ $0 }) {
            // A loop that has ended has no sessions any more.
            let sessions = try? await relay.loop.submit { _ in relay.withValue { $0.liveSessions() } ?? [] }
            all += sessions ?? []
        }
        return Array(all.sorted { ($0.startedAt, $0.id) < ($1.startedAt, $1.id) }.prefix(limit))
    }

    func events(id: String) async -> [SessionEvent]? {
        for relay in self.relays.withLock({ $0 }) {
            let events = try? await relay.loop.submit { _ in relay.withValue { $0.watchedEvents(id: id) } ?? nil }
            if let events = events ?? nil { return events }
        }
        return nil
    }

    func end(id: String) async -> Bool {
        for relay in self.relays.withLock({ $0 }) {
            let isEnded = try? await relay.loop.submit { _ in relay.withValue { $0.end(id: id) } ?? false }
            if isEnded ?? false { return true }
        }
        return false
    }
}
