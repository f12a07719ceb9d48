// A message is right when every byte is.

import BenchCore
import Testing

@Suite struct ExpectedMessageTests {
    private func message(_ session: String, _ number: String, size: Int = 200) throws -> (ExpectedMessage, [UInt8]) {
        let event = try #require(RealtimeEvent(.audioDelta, size: size))
        var bytes = event.bytes
        bytes.replaceSubrange(event.nameOffset..<event.nameOffset + 16, with: Array((session + number).utf8))
        return (ExpectedMessage(event), bytes)
    }

    private func matches(
        _ expected: ExpectedMessage,
        _ bytes: [UInt8],
        at position: Int,
        session: UInt32 = 42,
        number: UInt32 = 7
    ) -> Bool {
        expected.matches(bytes.span, at: position, session: session, number: number)
    }

    @Test func theRightMessageMatchesWholeAndInPieces() throws {
        let (expected, bytes) = try self.message("0000002a", "00000007")
        #expect(self.matches(expected, bytes, at: 0))
        for cut in 0...bytes.count {
            let (head, tail) = (Array(bytes[..<cut]), Array(bytes[cut...]))
            #expect(self.matches(expected, head, at: 0))
            #expect(self.matches(expected, tail, at: cut))
        }
    }

    @Test func anyWrongByteIsFound() throws {
        let (expected, bytes) = try self.message("0000002a", "00000007")
        for index in bytes.indices {
            var wrong = bytes
            wrong[index] ^= 1
            #expect(!self.matches(expected, wrong, at: 0))
        }
        #expect(!self.matches(expected, bytes, at: 0, number: 8))
        #expect(!self.matches(expected, bytes, at: 0, session: 43))
    }

    @Test func moreThanTheMessageDoesNotMatch() throws {
        let (expected, bytes) = try self.message("0000002a", "00000007")
        let longer = bytes + [0x20]
        #expect(!self.matches(expected, longer, at: 0))
        #expect(!self.matches(expected, bytes, at: 1))
        #expect(!self.matches(expected, bytes, at: -1))
    }
}
