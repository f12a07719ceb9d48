// What waits for a peer's message to end, and what a session's rows come to.

import SessionCore
import Testing

@testable import Relay

@Suite("TurnDesk")
struct TurnDeskTests {
    private let desk = TurnDesk(pricing: nil, isBudgeted: false, limits: TurnLimits(), after: HeardBefore())

    @Test("messages wait in order, only so many, and are taken once")
    func waiting() {
        for index in 0..<(TurnDesk.waitingMessages + 5) {
            self.desk.sayToClient([UInt8(index)])
            self.desk.sayToUpstream([UInt8(index)])
        }
        #expect(self.desk.takeForClient().count == TurnDesk.waitingMessages)
        #expect(self.desk.takeForUpstream().first == [0])
        #expect(self.desk.takeForClient().isEmpty && self.desk.takeForUpstream().isEmpty)
    }

    @Test("no numbers of an upstream make a sum trap or shrink")
    func sums() {
        var row = LedgerRow(
            kind: .transcription,
            sessionID: "s",
            turnID: "t",
            requestID: "r",
            keyID: "k",
            accountID: "a",
            model: "m",
            upstream: "u",
            upstreamModel: "um",
            status: .completed,
            startedAt: 0
        )
        row.tokens.inputText = .max
        row.tokens.outputAudio = 3
        row.costMicroUSD = .max
        for _ in 0..<2 { self.desk.add(row) }
        #expect(self.desk.tokens.inputText == .max && self.desk.tokens.outputAudio == 6)
        #expect(self.desk.costMicroUSD == .max && self.desk.transcriptions == 2)
    }

    @Test("what was said before anything was asked for counts for the first turn, and stops at the end of its bits")
    func heardBefore() {
        var heard = HeardBefore()
        heard.hearText(bytes: 400)
        heard.hearAudio(base64Bytes: .max)
        heard.hearAudio(base64Bytes: 1)
        #expect(heard.textBytes == 400 && heard.audioBytes == .max)
        let desk = TurnDesk(pricing: nil, isBudgeted: false, limits: TurnLimits(), after: heard)
        #expect(desk.book.expected.inputText == TokenEstimate.text(bytes: 400))
        #expect(desk.untranscribedBytes == Int(UInt32.max))
    }
}
