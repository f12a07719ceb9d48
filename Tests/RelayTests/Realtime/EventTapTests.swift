// What a tap sees of a message, whole or in pieces cut anywhere (protocol: realtime §7, §16), and what it holds meanwhile.

import Dialects
import Testing
import WebSocketFraming

@testable import Relay

@Suite("EventTap")
struct EventTapTests {
    private static let done = #"{"event_id":"e","response":{"usage":{"input_tokens":1}},"type":"response.done"}"#

    /// Looks at a message in pieces that end at `cuts`.
    private func look(
        _ message: [UInt8],
        cuts: [Int],
        _ tap: inout EventTap,
        kind: MessageKind = .text
    ) -> [TappedMessage] {
        var seen: [TappedMessage] = []
        let ends = cuts + [message.count]
        var start = 0
        var recent = RecentHead<RealtimeServerEventKind>()
        for (index, end) in ends.enumerated() {
            let chunk = MessageChunk(
                kind: kind,
                isFirst: index == 0,
                isLast: index == ends.count - 1,
                payload: start..<end
            )
            if let message = tap.look(chunk, in: message.span, &recent) { seen.append(message) }
            start = end
        }
        return seen
    }

    @Test("a whole event is looked at where it stands")
    func inPlace() {
        var tap = EventTap()
        var recent = RecentHead<RealtimeServerEventKind>()
        let message = Array("....".utf8) + Array(Self.done.utf8)
        let chunk = MessageChunk(kind: .text, isFirst: true, isLast: true, payload: 4..<message.count)
        #expect(tap.look(chunk, in: message.span, &recent) == .inPlace(.responseDone, 4..<message.count))
    }

    @Test("an event in two pieces is kept whole, wherever it is cut", arguments: 0...EventTapTests.done.utf8.count)
    func split(at cut: Int) {
        var tap = EventTap()
        let message = Array(Self.done.utf8)
        // One message after the other: nothing of the first is left in the second.
        for _ in 0..<2 {
            let seen = self.look(message, cuts: [cut], &tap)
            #expect(seen.count == 1)
            #expect(seen.first == .kept(.responseDone, message))
            #expect(tap.heldBytes == 0)
        }
    }

    @Test("an event that comes byte by byte is kept whole")
    func byteByByte() {
        var tap = EventTap()
        let message = Array(Self.done.utf8)
        let seen = self.look(message, cuts: Array(1..<message.count), &tap)
        #expect(seen == [.kept(.responseDone, message)])
    }

    @Test(
        "the content of what tells of turns is wanted",
        arguments: [
            "response.done", "response.created", "conversation.item.input_audio_transcription.completed", "error",
        ]
    )
    func wanted(type: String) {
        let message = Array(#"{"type":"\#(type)"}"#.utf8)
        var tap = EventTap()
        guard case .kept(_, let bytes)? = self.look(message, cuts: [5], &tap).first else {
            Issue.record("not kept: \(type)")
            return
        }
        #expect(bytes == message)
    }

    @Test(
        "other events that come in pieces are known by type and length alone",
        arguments: ["response.done.x", "response.don", "session.updated", ""]
    )
    func others(type: String) {
        let message = Array(#"{"a":[1,{"type":"response.done"}],"type":"\#(type)"}"#.utf8)
        for cuts in [[7], Array(1..<message.count)] {
            var tap = EventTap()
            #expect(self.look(message, cuts: cuts, &tap) == [.passed(.other, bytes: message.count)])
        }
    }

    @Test("what is no event has no type", arguments: ["", "[]", "hello", "{", #"{"type":1}"#, #"{"a":"#])
    func noEvent(text: String) {
        let message = Array(text.utf8)
        for cuts in [[], [message.count / 2]] {
            var tap = EventTap()
            let seen = self.look(message, cuts: cuts, &tap)
            #expect(seen == [.noEvent])
        }
    }

    @Test("§9: binary messages are events, too, where they are JSON")
    func binary() {
        var tap = EventTap()
        let message = Array(Self.done.utf8)
        #expect(self.look(message, cuts: [], &tap, kind: .binary) == [.inPlace(.responseDone, 0..<message.count)])
        #expect(self.look(message, cuts: [3, 9], &tap, kind: .binary) == [.kept(.responseDone, message)])
        #expect(self.look([0xFF, 0x7B, 0x00], cuts: [1], &tap, kind: .binary) == [.noEvent])
        #expect(tap.heldBytes == 0)
    }

    @Test("a wanted event beyond the bound is known by its type alone; one at the bound is kept")
    func bound() {
        let head = Array(#"{"type":"response.done","x":""#.utf8)
        let tail = Array(#""}"#.utf8)
        for extra in [0, 1] {
            let filling = [UInt8](
                repeating: UInt8(ascii: "a"),
                count: EventTap.keptBytes - head.count - tail.count + extra
            )
            let message = head + filling + tail
            var tap = EventTap()
            let seen = self.look(message, cuts: [head.count, message.count - 1], &tap).first
            let expected: TappedMessage =
                extra == 0 ? .kept(.responseDone, message) : .passed(.responseDone, bytes: message.count)
            #expect(seen == expected)
        }
    }

    @Test("nothing is held of what cannot be wanted")
    func held() {
        let cases: [(String, Bool)] = [
            (#"{"response":{"a":""#, true), (#"{"type":"response.audio.delta","a":""#, false), ("[1", false),
        ]
        for (text, isHeld) in cases {
            var tap = EventTap()
            let bytes = Array(text.utf8)
            let chunk = MessageChunk(kind: .text, isFirst: true, isLast: false, payload: 0..<bytes.count)
            var recent = RecentHead<RealtimeServerEventKind>()
            let seen = tap.look(chunk, in: bytes.span, &recent)
            #expect(seen == nil)
            #expect((tap.heldBytes > 0) == isHeld, "\(text)")
        }
    }
}
