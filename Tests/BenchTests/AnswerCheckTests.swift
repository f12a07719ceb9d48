// An answer is checked the same however it is cut.

import BenchCore
import Testing

@Suite struct AnswerCheckTests {
    private func take(_ check: inout AnswerCheck, _ bytes: [UInt8]) -> Bool {
        check.take(bytes.span)
    }

    private let body = ChatText(ChatWorkload(mode: .events, chunks: 4)).expectedBody ?? []

    @Test func piecesAreCountedByteByByte() {
        var check = AnswerCheck(expected: self.body)
        for byte in self.body { #expect(self.take(&check, [byte])) }
        #expect(check.pieces == 4)
        #expect(check.isWhole(pieces: 4))
    }

    @Test func aBeginningOfTheMarkBeforeTheMarkIsNoMatter() {
        var check = AnswerCheck(expected: nil)
        #expect(self.take(&check, Array("<<piec<piece>".utf8)))
        #expect(check.pieces == 1)
    }

    @Test func oneWrongByteIsNoticed() {
        var damaged = self.body
        damaged[self.body.count / 2] ^= 1
        var check = AnswerCheck(expected: self.body)
        #expect(!self.take(&check, damaged))
    }

    @Test func anAnswerThatIsTooShortOrTooLongIsNotWhole() {
        var short = AnswerCheck(expected: self.body)
        #expect(self.take(&short, Array(self.body.dropLast())))
        #expect(!short.isWhole(pieces: 4))
        var long = AnswerCheck(expected: self.body)
        #expect(!self.take(&long, self.body + [0x0A]))
        #expect(!AnswerCheck(expected: nil).isWhole(pieces: 0))
    }
}
