// What the relay writes to its log, for tests of what it settles and of what it must never write.

import Logging
import Synchronization

/// Keeps log entries.
final class RecordingLog: Sendable {
    struct Entry: Sendable {
        let message: String
        let metadata: [String: String]
    }

    private let kept = Mutex<[Entry]>([])

    var entries: [Entry] { self.kept.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }

    /// The metadata of the entries with this message.
    func entries(_ message: String) -> [[String: String]] {
        self.entries.filter { $0.message == message }.map(\.metadata)
    }

    private struct Handler: LogHandler {
        let log: RecordingLog
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.trace

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { self.metadata[key] }
            set { self.metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let metadata = (event.metadata ?? [:]).mapValues { "\($0)" }
            self.log.kept.withLock { $0.append(Entry(message: "\(event.message)", metadata: metadata)) }
        }
    }
}
