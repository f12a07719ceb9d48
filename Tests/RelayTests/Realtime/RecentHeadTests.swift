// Whoever remembers how the latest event began must say the same of every message as whoever reads it (protocol: realtime
// §16).

import Dialects
import Testing

@testable import Relay

struct RecentHeadTests {
    private typealias ServerHead = RecentHead<RealtimeServerEventKind>

    /// What a reader without memory says.
    private func fresh(_ text: String) -> RealtimeServerEventKind? {
        var head = ServerHead()
        return head.read(Array(text.utf8).span)
    }

    private static let filler = String(repeating: "A", count: 80)

    /// Alike at the beginning, and not the same.
    private static let events: [String] = [
        #"{"type":"response.output_audio.delta","delta":"\#(filler)"}"#,
        #"{"type": "response.output_audio.delta","delta":"\#(filler)"}"#,
        #"{"type":"response.output_audio.done","item_id":"\#(filler)"}"#,
        #"{"type":"response.output_audio.delta2","delta":"\#(filler)"}"#,
        #"{"type":"response.output_audio_transcript.delta","delta":"\#(filler)"}"#,
        #"{"type":"response.done","response":{"id":"\#(filler)"}}"#,
        #"{"type":"response.created","response":{"id":"\#(filler)"}}"#,
        #"{"type":"error","error":{"message":"\#(filler)"}}"#,
        #"{"type":"response.don\u0065","response":{"id":"\#(filler)"}}"#,
        #"{"event_id":"\#(filler)","type":"response.done"}"#,
        #"{"type":"response.done"}"#,
        #"{"type":"response.output_audio.delta"}"#,
        #"{"type":"\#(filler)"}"#,
        #"{"type":"","delta":"\#(filler)"}"#,
        #"{"type":7,"delta":"\#(filler)"}"#,
        #"[\#(filler)]"#,
        "",
    ]

    @Test("after any event, any other is read as if it were the first", arguments: RecentHeadTests.events)
    func afterAnyOther(_ first: String) {
        for second in Self.events {
            var head = ServerHead()
            _ = head.read(Array(first.utf8).span)
            for _ in 0..<2 {
                #expect(head.read(Array(second.utf8).span) == self.fresh(second), "\(second)")
            }
        }
    }

    @Test("types of every length are told apart from each other", arguments: [0x20, 0x41] as [UInt8])
    func everyLength(_ following: UInt8) {
        for length in 1...70 {
            let type = String(repeating: "t", count: length)
            let rest = String(repeating: Character(UnicodeScalar(following)), count: 80)
            let one = #"{"type":"response.done","x":"\#(rest)"}"#
            let other = #"{"type":"\#(type)","x":"\#(rest)"}"#
            var head = ServerHead()
            _ = head.read(Array(other.utf8).span)
            #expect(head.read(Array(one.utf8).span) == .responseDone)
            #expect(head.read(Array(other.utf8).span) == self.fresh(other))
        }
    }

    @Test("a client's events are remembered apart")
    func clients() {
        var head = RecentHead<RealtimeClientEventKind>()
        let audio = Array(#"{"type":"input_audio_buffer.append","audio":"\#(Self.filler)"}"#.utf8)
        let turn = Array(#"{"type":"response.create","response":{"instructions":"\#(Self.filler)"}}"#.utf8)
        for _ in 0..<2 {
            #expect(head.read(audio.span) == .audio)
            #expect(head.read(turn.span) == .turn)
            #expect(head.read(turn.span) == .turn)
        }
    }

    @Test("what is masked is known by what it says (RFC 6455 §5.3)", arguments: [0, 0x0102_0304, .max] as [UInt32])
    func masked(_ key: UInt32) {
        for first in Self.events {
            var head = ServerHead()
            _ = head.read(Array(first.utf8).span)
            for second in Self.events {
                let plain = Array(second.utf8)
                let masked = plain.enumerated().map { $1 ^ UInt8(truncatingIfNeeded: key >> UInt32($0 % 4 * 8)) }
                let (kind, expected) = (head.recall(masked.span, under: key), head.recall(plain.span))
                #expect(kind == expected, "\(second)")
            }
        }
    }
}
