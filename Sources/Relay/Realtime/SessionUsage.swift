// What a realtime session has used so far, as its upstream told it.

import Dialects

/// Sums over the turns of one session.
///
/// A box of its own, because most sessions at any moment have had no turn.
final class SessionUsage {
    private(set) var turns = 0
    private(set) var transcriptions = 0
    private(set) var inputTokens = 0
    private(set) var outputTokens = 0

    func add(_ turn: RealtimeTurn) {
        self.turns += 1
        self.add(turn.usage)
    }

    func add(_ transcription: RealtimeTranscription) {
        self.transcriptions += 1
        self.add(transcription.usage)
    }

    /// Saturating: an upstream's numbers must never trap.
    private func add(_ usage: RealtimeUsage?) {
        guard let usage else { return }
        self.inputTokens = Self.sum(self.inputTokens, usage.inputTokens)
        self.outputTokens = Self.sum(self.outputTokens, usage.outputTokens)
    }

    private static func sum(_ one: Int, _ other: Int) -> Int {
        let (result, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : result
    }
}
