// What a realtime session needs once something is asked or told in it: its turns, what they came to, and the messages of our own
// that wait for a peer's message to end (RFC 6455 §5.4).
//
// A box of its own, because most sessions at any moment have asked for nothing yet: what is only heard until then is counted by
// `HeardBefore`.

import SessionCore

/// The turns of one session, beside its relay.
final class TurnDesk {
    /// Messages of ours that may wait for a message of the peers' to end; beyond them one is left out.
    static let waitingMessages = 64

    let book: TurnBook
    private(set) var toClient: [[UInt8]] = []
    private(set) var toUpstream: [[UInt8]] = []
    /// Something ended, or has to: `afterwards` is to be asked.
    var isDue = false
    /// A message of ours went to the client in this turn of its own.
    var hasTold = false
    /// What the session ended with, while the upstream is still held.
    var departure: (closeCode: UInt16, cause: String)?

    private(set) var tokens = TokenCounts()
    private(set) var costMicroUSD: Int64 = 0
    private(set) var transcriptions = 0
    /// As the session's configuration names it.
    var transcriptionModel: String?
    /// Audio since the last transcription, in base64.
    var untranscribedBytes = 0

    init(pricing: Pricing?, isBudgeted: Bool, limits: TurnLimits, after heard: HeardBefore) {
        self.book = TurnBook(pricing: pricing, isBudgeted: isBudgeted, limits: limits)
        self.book.hearText(bytes: Int(heard.textBytes))
        self.book.hearAudio(base64Bytes: Int(heard.audioBytes))
        self.untranscribedBytes = Int(heard.audioBytes)
    }

    func sayToClient(_ message: [UInt8]) {
        guard self.toClient.count < Self.waitingMessages else { return }
        self.toClient.append(message)
    }

    func sayToUpstream(_ message: [UInt8]) {
        guard self.toUpstream.count < Self.waitingMessages else { return }
        self.toUpstream.append(message)
    }

    func takeForClient() -> [[UInt8]] {
        defer { self.toClient = [] }
        return self.toClient
    }

    func takeForUpstream() -> [[UInt8]] {
        defer { self.toUpstream = [] }
        return self.toUpstream
    }

    /// Adds what a row says to the session's sums.
    ///
    /// Saturating: an upstream's numbers must never trap.
    func add(_ row: LedgerRow) {
        if row.kind == .transcription { self.transcriptions &+= 1 }
        self.tokens = self.tokens.adding(row.tokens)
        let (cost, overflow) = self.costMicroUSD.addingReportingOverflow(row.costMicroUSD)
        self.costMicroUSD = overflow ? .max : cost
    }
}

/// What a client said before its session had a desk.
struct HeardBefore {
    /// Bytes of items and settings, stopping at the end of 32 bits.
    private(set) var textBytes: UInt32 = 0
    /// Bytes of audio in base64, likewise.
    private(set) var audioBytes: UInt32 = 0

    mutating func hearText(bytes: Int) { Self.add(bytes, to: &self.textBytes) }
    mutating func hearAudio(base64Bytes: Int) { Self.add(base64Bytes, to: &self.audioBytes) }

    private static func add(_ count: Int, to sum: inout UInt32) {
        let (result, overflow) = sum.addingReportingOverflow(UInt32(clamping: count))
        sum = overflow ? .max : result
    }
}

extension TokenCounts {
    /// Sum by class, stopping at the end of `Int`.
    func adding(_ other: TokenCounts) -> TokenCounts {
        var result = self
        Self.add(other.inputText, to: &result.inputText)
        Self.add(other.inputAudio, to: &result.inputAudio)
        Self.add(other.inputImage, to: &result.inputImage)
        Self.add(other.cachedText, to: &result.cachedText)
        Self.add(other.cachedAudio, to: &result.cachedAudio)
        Self.add(other.cachedImage, to: &result.cachedImage)
        Self.add(other.outputText, to: &result.outputText)
        Self.add(other.outputAudio, to: &result.outputAudio)
        Self.add(other.audioMilliseconds, to: &result.audioMilliseconds)
        return result
    }

    private static func add(_ count: Int, to sum: inout Int) {
        let (result, overflow) = sum.addingReportingOverflow(count)
        sum = overflow ? .max : result
    }
}
