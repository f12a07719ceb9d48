// Ledger entries as bytes of the journal: a version, a tag, then the fields in order.
//
// Texts are their length and UTF-8; numbers LEB128 of the zigzag form; what may be absent is preceded by 0 or 1. A field
// that is added later gets a new version, and the versions before it stay readable: a journal may be older than the
// program that replays it.

import OpenSSLTLS
import SessionCore

/// Entries to bytes and back.
enum LedgerEntryCoding {
    enum Limits {
        /// Longer texts are cut, and marked by their digest so that two of them stay two.
        static let textBytes = 512
    }

    private static let version: UInt8 = 1
    private static let rowTag: UInt8 = 0
    private static let sessionTag: UInt8 = 1

    static func encode(_ entry: LedgerEntry) -> [UInt8] {
        var bytes = FieldWriter()
        bytes.byte(version)
        switch entry {
        case .row(let row):
            bytes.byte(rowTag)
            encode(row, to: &bytes)
        case .session(let record):
            bytes.byte(sessionTag)
            encode(record, to: &bytes)
        }
        return bytes.bytes
    }

    /// Nil for what no version up to this one has written.
    static func decode(_ bytes: [UInt8]) -> LedgerEntry? {
        var fields = FieldReader(bytes)
        guard fields.byte() == version else { return nil }
        switch fields.byte() {
        case rowTag: return row(from: &fields).map { .row($0) }
        case sessionTag: return session(from: &fields).map { .session($0) }
        default: return nil
        }
    }

    // MARK: Rows

    private static func encode(_ row: LedgerRow, to bytes: inout FieldWriter) {
        bytes.text(row.kind.rawValue)
        for text in [
            row.sessionID, row.turnID, row.requestID, row.keyID, row.accountID, row.model, row.upstream,
            row.upstreamModel,
        ] {
            bytes.text(bounded(text))
        }
        for count in LedgerColumns.counts(of: row.tokens) { bytes.number(Int64(count)) }
        bytes.number(row.costMicroUSD)
        bytes.byte(row.isEstimated ? 1 : 0)
        bytes.text(row.status.rawValue)
        bytes.optional(row.httpStatus)
        bytes.number(row.startedAt)
        bytes.number(Int64(row.durationMilliseconds))
        bytes.optional(row.firstByteMilliseconds)
    }

    private static func row(from fields: inout FieldReader) -> LedgerRow? {
        guard let kind = fields.text().flatMap(LedgerRow.Kind.init), let names = fields.texts(8),
            let counts = fields.counts(LedgerColumns.tokens.count), let cost = fields.number(),
            let isEstimated = fields.byte(), let status = fields.text().flatMap(LedgerRow.Status.init),
            let httpStatus = fields.optional(), let startedAt = fields.number(), let duration = fields.count(),
            let firstByte = fields.optional(), fields.isAtEnd
        else { return nil }
        return LedgerRow(
            kind: kind,
            sessionID: names[0],
            turnID: names[1],
            requestID: names[2],
            keyID: names[3],
            accountID: names[4],
            model: names[5],
            upstream: names[6],
            upstreamModel: names[7],
            tokens: LedgerColumns.tokenCounts(counts),
            costMicroUSD: cost,
            isEstimated: isEstimated == 1,
            status: status,
            httpStatus: httpStatus.value,
            startedAt: startedAt,
            durationMilliseconds: duration,
            firstByteMilliseconds: firstByte.value
        )
    }

    // MARK: Sessions

    private static func encode(_ record: SessionRecord, to bytes: inout FieldWriter) {
        for text in [
            record.sessionID, record.requestID, record.keyID, record.accountID, record.model, record.upstream,
            record.cause,
        ] {
            bytes.text(bounded(text))
        }
        bytes.number(record.startedAt)
        for count in [
            record.durationMilliseconds, record.closeCode, record.turns, record.bytesFromClient,
            record.bytesFromUpstream,
        ] {
            bytes.number(Int64(count))
        }
    }

    private static func session(from fields: inout FieldReader) -> SessionRecord? {
        guard let names = fields.texts(7), let startedAt = fields.number(), let counts = fields.counts(5),
            fields.isAtEnd
        else { return nil }
        return SessionRecord(
            sessionID: names[0],
            requestID: names[1],
            keyID: names[2],
            accountID: names[3],
            model: names[4],
            upstream: names[5],
            startedAt: startedAt,
            durationMilliseconds: counts[0],
            closeCode: counts[1],
            cause: names[6],
            turns: counts[2],
            bytesFromClient: counts[3],
            bytesFromUpstream: counts[4]
        )
    }

    /// Providers choose response ids, and clients request ids.
    private static func bounded(_ text: String) -> String {
        guard text.utf8.count > Limits.textBytes else { return text }
        let digest = SHA256Digest(hashing: text).hex.prefix(32)
        let kept = String(decoding: text.utf8.prefix(Limits.textBytes - 64), as: UTF8.self)
        return "\(kept)…\(digest)"
    }
}
