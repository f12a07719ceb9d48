// Rows of the ledger as CSV (RFC 4180). A field that a spreadsheet would take for a formula is made a text: model ids are
// what clients sent.

import SessionCore
import Synchronization

/// Writes rows.
enum UsageCSV {
    private static let columns = [
        "number", "started_at", "kind", "session", "turn", "request_id", "key", "account", "model", "upstream",
        "upstream_model", "status", "http_status", "close_code", "duration_ms", "first_byte_ms", "input_text_tokens",
        "input_audio_tokens", "input_image_tokens", "cached_text_tokens", "cached_audio_tokens", "cached_image_tokens",
        "output_text_tokens", "output_audio_tokens", "audio_milliseconds", "estimated", "cost_usd",
    ]

    static var header: [UInt8] { Array((self.columns.joined(separator: ",") + "\r\n").utf8) }

    static func rows(_ entries: [LedgerPage.Entry]) -> [UInt8] {
        var output: [UInt8] = []
        for entry in entries {
            output.append(contentsOf: self.fields(of: entry).map(self.field).joined(separator: ",").utf8)
            output.append(contentsOf: "\r\n".utf8)
        }
        return output
    }

    private static func fields(of entry: LedgerPage.Entry) -> [String] {
        let row = entry.row
        let tokens = row.tokens
        return [
            String(entry.number), Moment.text(milliseconds: row.startedAt), row.kind.rawValue, row.sessionID,
            row.turnID, row.requestID, row.keyID, row.accountID, row.model, row.upstream, row.upstreamModel,
            row.status.rawValue, row.httpStatus.map { String($0) } ?? "", entry.closeCode.map { String($0) } ?? "",
            String(row.durationMilliseconds), row.firstByteMilliseconds.map { String($0) } ?? "",
        ]
            + [
                tokens.inputText, tokens.inputAudio, tokens.inputImage, tokens.cachedText, tokens.cachedAudio,
                tokens.cachedImage, tokens.outputText, tokens.outputAudio, tokens.audioMilliseconds,
            ].map { String($0) } + [row.isEstimated ? "true" : "false", Money.dollars(row.costMicroUSD)]
    }

    /// A field, in quotes where it needs them.
    static func field(_ text: String) -> String {
        var text = text
        if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first), Double(text) == nil { text = "'" + text }
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

/// Counts the pages of one file down to the last one that may be.
final class PageCount: Sendable {
    private let left: Atomic<Int>

    init(_ most: Int) {
        self.left = Atomic(most)
    }

    /// Takes one page; true when no other may follow.
    func isLast() -> Bool {
        self.left.subtract(1, ordering: .relaxed).newValue <= 0
    }
}
