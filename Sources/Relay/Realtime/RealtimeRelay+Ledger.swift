// What is written down of a realtime session: a row for each turn and each transcription, before the client is told of
// its end, and a record of the session; and what people see of it while it runs.

import Dialects
import EventLoop
import Foundation
import Logging
import SessionCore
import Transport

extension TokenCounts {
    init(_ usage: RealtimeUsage) {
        self.init()
        self.inputText = usage.inputText
        self.inputAudio = usage.inputAudio
        self.inputImage = usage.inputImage
        self.cachedText = usage.cachedText
        self.cachedAudio = usage.cachedAudio
        self.cachedImage = usage.cachedImage
        self.outputText = usage.outputText
        self.outputAudio = usage.outputAudio
        self.audioMilliseconds = usage.audioMilliseconds
    }
}

extension RealtimeRelay {
    private static let nanosecondsPerMillisecond: Int64 = 1_000_000

    private var startDate: Date {
        self.service.wallClock.date(of: self.startedAt, now: self.service.context.loop.readClock())
    }

    /// Milliseconds since 1970 of a moment that was `nanoseconds` ago.
    private func unixTime(ago nanoseconds: Int64) -> Int64 {
        Int64(Date().timeIntervalSince1970 * 1000) - nanoseconds / Self.nanosecondsPerMillisecond
    }

    private func row(_ kind: LedgerRow.Kind, _ id: String, _ model: String, status: LedgerRow.Status) -> LedgerRow {
        let route = self.upstream.route(of: id) ?? self.route
        return LedgerRow(
            kind: kind,
            sessionID: "\(self.id)",
            turnID: id,
            requestID: "\(self.requestID)",
            keyID: self.key.id,
            accountID: self.key.holder.record.accountID,
            model: model,
            upstream: route?.upstream ?? "",
            upstreamModel: route?.model ?? "",
            status: status,
            startedAt: 0
        )
    }

    private func append(_ row: LedgerRow, isUnbooked: Bool) {
        let desk = self.openDesk()
        desk.add(row)
        if isUnbooked {
            self.shared.limits.charge(
                self.key.holder,
                model: self.model,
                tokens: row.tokens.total,
                costMicroUSD: row.costMicroUSD,
                now: self.now
            )
        }
        self.shared.ledger.append(.row(row))
        self.shared.metrics.turn(row)
    }

    func writeDown(_ turn: FinishedTurn) {
        var row = self.row(.turn, turn.id, self.modelID ?? "", status: turn.status)
        row.tokens = turn.tokens
        row.costMicroUSD = turn.costMicroUSD
        row.isEstimated = turn.isEstimated
        row.startedAt = self.unixTime(ago: self.now - turn.startedAt)
        row.durationMilliseconds = Int((turn.endedAt - turn.startedAt) / Self.nanosecondsPerMillisecond)
        row.firstByteMilliseconds = turn.firstByteAt.map {
            Int(($0 - turn.startedAt) / Self.nanosecondsPerMillisecond)
        }
        self.append(row, isUnbooked: turn.isUnbooked)
    }

    /// A transcription is another model's work, and billed apart (protocol: realtime §7).
    func transcribed(_ event: RealtimeTranscription) {
        let desk = self.openDesk()
        let id = event.itemID ?? "transcription_\(desk.transcriptions + 1)"
        // Where it is known who was asked, that counts, whatever the client calls it.
        let name = self.upstream.route(of: id)?.model ?? desk.transcriptionModel
        let model = name.flatMap { self.shared.catalog.model($0) } ?? self.model
        var row = self.row(.transcription, id, model?.id ?? "", status: .completed)
        if let name { row.upstreamModel = name }
        if let usage = event.usage, !usage.isEmpty {
            row.tokens = TokenCounts(usage)
        } else {
            row.isEstimated = true
            row.tokens.inputAudio = TokenEstimate.audioIn(base64Bytes: desk.untranscribedBytes)
        }
        desk.untranscribedBytes = 0
        row.costMicroUSD = model?.pricing?.costMicroUSD(row.tokens) ?? 0
        row.startedAt = self.unixTime(ago: 0)
        self.append(row, isUnbooked: true)
    }

    func writeDown(closeCode: UInt16, cause: String) {
        let turns = self.desk?.book.count ?? 0
        let lasted = Int((self.now - self.startedAt.nanoseconds) / Self.nanosecondsPerMillisecond)
        let record = SessionRecord(
            sessionID: "\(self.id)",
            requestID: "\(self.requestID)",
            keyID: self.key.id,
            accountID: self.key.holder.record.accountID,
            model: self.modelID ?? "",
            upstream: self.route?.upstream ?? "",
            startedAt: Int64(self.startDate.timeIntervalSince1970 * 1000),
            durationMilliseconds: lasted,
            closeCode: Int(closeCode),
            cause: cause,
            turns: turns,
            bytesFromClient: self.client.bytesReceived,
            bytesFromUpstream: self.upstream.bytesReceived
        )
        self.shared.ledger.append(.session(record))
        self.shared.metrics.sessionClosed(
            model: record.model,
            upstream: record.upstream,
            code: record.closeCode
        )
        self.service.logger.info(
            "session ended",
            metadata: [
                "request_id": "\(record.requestID)", "session_id": "\(record.sessionID)",
                "key_id": "\(record.keyID)", "model": "\(record.model)", "upstream": "\(record.upstream)",
                "cause": "\(cause)", "close_code": "\(closeCode)",
                "messages_from_client": "\(self.client.messagesReceived)",
                "messages_from_upstream": "\(self.upstream.messagesReceived)",
                "turns": "\(turns)", "input_tokens": "\(self.desk?.tokens.input ?? 0)",
                "output_tokens": "\(self.desk?.tokens.output ?? 0)",
            ]
        )
    }

    /// The session as it is at this moment.
    func snapshot() -> LiveSession {
        let isResponding = self.desk?.book.isResponding ?? false
        return LiveSession(
            id: "\(self.id)",
            requestID: "\(self.requestID)",
            kind: .realtime,
            keyID: self.key.id,
            accountID: self.key.holder.record.accountID,
            model: self.modelID ?? "",
            upstream: self.route?.upstream ?? "",
            state: self.isHolding ? .closing : isResponding ? .responding : .idle,
            startedAt: self.startDate,
            messagesFromClient: self.client.messagesReceived,
            messagesFromUpstream: self.upstream.messagesReceived,
            bytesFromClient: self.client.bytesReceived,
            bytesFromUpstream: self.upstream.bytesReceived,
            bufferedBytes: self.client.bufferedBytes + self.upstream.bufferedBytes,
            turns: self.desk?.book.count ?? 0,
            tokens: self.desk?.tokens ?? TokenCounts(),
            costMicroUSD: self.desk?.costMicroUSD ?? 0
        )
    }
}
