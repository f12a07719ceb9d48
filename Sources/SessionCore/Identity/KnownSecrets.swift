// The texts that no log line may show: those of the configuration in force, and for a long while those of the ones before,
// with which work that is under way may have begun.

import Synchronization

/// Secrets to be taken out of text, as they are at the moment.
package final class KnownSecrets: Sendable {
    /// Secrets of configurations before that are remembered; the oldest are forgotten first, and those of the latest never.
    ///
    /// Each is looked for in every line.
    package static let retiredLimit = 128

    private struct State {
        var current: [Secret]
        var retired: [Secret] = []
        /// Both, and those that may come to count: what is looked for.
        var needles: Redaction.Needles
    }

    private let state: Mutex<State>

    package init(_ secrets: [Secret] = []) {
        self.state = Mutex(State(current: secrets, needles: Redaction.Needles(secrets)))
    }

    /// These are not shown either, whether or not they come to count; until the next call of this or of `follow`.
    package func expect(_ secrets: [Secret]) {
        self.state.withLock { state in
            state.needles = Redaction.Needles(state.current + state.retired + secrets)
        }
    }

    /// From now on these count, beside those that counted before.
    package func follow(_ secrets: [Secret]) {
        let fresh = Set(secrets)
        self.state.withLock { state in
            let gone = state.current.filter { !fresh.contains($0) }
            let again = Set(gone).union(fresh)
            state.retired = state.retired.filter { !again.contains($0) } + gone
            let limit = max(Self.retiredLimit, gone.count)
            state.retired.removeFirst(max(0, state.retired.count - limit))
            state.current = secrets
            state.needles = Redaction.Needles(secrets + state.retired)
        }
    }

    /// Returns the text without any of them and without anything that looks like a key.
    package func redact(_ text: String) -> String {
        Redaction.redact(text, needles: self.state.withLock { $0.needles })
    }
}
