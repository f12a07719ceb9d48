// Rows and sessions as tests want them.

import SessionCore

/// Makes entries that differ where a test says so.
enum LedgerSample {
    static let hour: Int64 = 3_600_000
    /// A moment at the beginning of a day.
    static let day: Int64 = 1_800_057_600_000

    static func row(_ number: Int, change: (inout LedgerRow) -> Void = { _ in }) -> LedgerRow {
        var row = LedgerRow(
            kind: .turn,
            sessionID: "sess_1",
            turnID: "resp_\(number)",
            requestID: "req_1",
            keyID: "key_1",
            accountID: "default",
            model: "gpt-realtime",
            upstream: "openai",
            upstreamModel: "gpt-realtime-2025",
            status: .completed,
            startedAt: day + Int64(number)
        )
        change(&row)
        return row
    }

    /// Every class has a count of its own.
    static func tokens(_ factor: Int) -> TokenCounts {
        var tokens = TokenCounts()
        tokens.inputText = factor
        tokens.inputAudio = 2 * factor
        tokens.inputImage = 3 * factor
        tokens.cachedText = 4 * factor
        tokens.cachedAudio = 5 * factor
        tokens.cachedImage = 6 * factor
        tokens.outputText = 7 * factor
        tokens.outputAudio = 8 * factor
        tokens.audioMilliseconds = 9 * factor
        return tokens
    }

    static func session(_ id: String, closeCode: Int = 1001) -> SessionRecord {
        SessionRecord(
            sessionID: id,
            requestID: "req_1",
            keyID: "key_1",
            accountID: "default",
            model: "gpt-realtime",
            upstream: "openai",
            startedAt: day,
            durationMilliseconds: 5,
            closeCode: closeCode,
            cause: "draining",
            turns: 2,
            bytesFromClient: 10,
            bytesFromUpstream: 20
        )
    }
}
