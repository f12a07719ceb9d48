// What of a configuration is settled once for the life of a process: its sockets, its store, the form of its log.

extension Configuration {
    /// The keys, as in the file, that say something else than at the start and count only after a restart.
    func waitingForRestart(since start: Configuration) -> [String] {
        var keys: [String] = []
        if Self.sockets(self.listeners) != Self.sockets(start.listeners) { keys.append("listen") }
        if self.store != start.store { keys.append("store") }
        if self.log.format != start.log.format { keys.append("log.format") }
        return keys
    }

    /// Where is listened, with or without TLS, in whatever order; certificates may change.
    private static func sockets(_ listeners: [Listener]) -> [String] {
        listeners.map { "\($0.address) \($0.port) \($0.tls == nil)" }.sorted()
    }
}

extension Listener {
    /// Whether it is the same socket, whatever is shown there.
    func isAt(_ other: Listener) -> Bool {
        self.address == other.address && self.port == other.port
    }
}
