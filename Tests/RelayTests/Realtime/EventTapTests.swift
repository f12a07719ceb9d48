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
        for (index, end) in ends.enumerated() {
            let chunk = MessageChunk(
                kind: kind,
                isFirst: index == 0,
                isLast: index == ends.count - 1,
                payload: start..<end
            )
            if let message = tap.look(chunk, in: message.span) { seen.append(message) }
            start = end
        }
        return seen
    }

    private func type(_ message: TappedMessage?) -> String? {
        switch message {
        case .passed(let type): type?.text
        case .inPlace(let type, _), .kept(let type, _): type.text
        case nil: nil
        }
    }

    @Test("a whole event is looked at where it stands")
    func inPlace() {
        var tap = EventTap(.fromUpstream)
        let message = Array("....".utf8) + Array(Self.done.utf8)
        let chunk = MessageChunk(kind: .text, isFirst: true, isLast: true, payload: 4..<message.count)
        guard case .inPlace(let type, let range)? = tap.look(chunk, in: message.span) else {
            Issue.record("not in place")
            return
        }
        #expect(type.text == "response.done")
        #expect(range == 4..<message.count)
    }

    @Test("an event in two pieces is kept whole, wherever it is cut", arguments: 0...EventTapTests.done.utf8.count)
    func split(at cut: Int) {
        var tap = EventTap(.fromUpstream)
        let message = Array(Self.done.utf8)
        // One message after the other: nothing of the first is left in the second.
        for _ in 0..<2 {
            let seen = self.look(message, cuts: [cut], &tap)
            #expect(seen.count == 1)
            guard case .kept(let type, let bytes)? = seen.first else {
                Issue.record("not kept")
                return
            }
            #expect(type.text == "response.done")
            #expect(bytes == message)
            #expect(tap.heldBytes == 0)
        }
    }

    @Test("an event that comes byte by byte is kept whole")
    func byteByByte() {
        var tap = EventTap(.fromUpstream)
        let message = Array(Self.done.utf8)
        let seen = self.look(message, cuts: Array(1..<message.count), &tap)
        guard case .kept(_, let bytes)? = seen.first else {
            Issue.record("not kept")
            return
        }
        #expect(bytes == message)
    }

    @Test("both events that tell usage are wanted from the upstream, nothing is wanted from the client")
    func wanted() {
        let types = ["response.done", "conversation.item.input_audio_transcription.completed"]
        for type in types {
            let message = Array(#"{"type":"\#(type)"}"#.utf8)
            for cuts in [[], [5]] {
                var upstream = EventTap(.fromUpstream)
                let seen = self.look(message, cuts: cuts, &upstream).first
                if case .passed = seen { Issue.record("not wanted: \(type)") }
                #expect(self.type(seen) == type)
                var client = EventTap(.fromClient)
                guard case .passed(let passed?)? = self.look(message, cuts: cuts, &client).first else {
                    Issue.record("wanted from the client: \(type)")
                    continue
                }
                #expect(passed.text == type)
            }
        }
    }

    @Test("other events are known by their type alone", arguments: ["response.done.x", "response.don", "error", ""])
    func others(type: String) {
        let message = Array(#"{"a":[1,{"type":"response.done"}],"type":"\#(type)"}"#.utf8)
        for cuts in [[], [7], Array(1..<message.count)] {
            var tap = EventTap(.fromUpstream)
            guard case .passed(let seen)? = self.look(message, cuts: cuts, &tap).first else {
                Issue.record("wanted")
                continue
            }
            #expect(seen?.text == type)
        }
    }

    @Test("what is no event has no type", arguments: ["", "[]", "hello", "{", #"{"type":1}"#, #"{"a":"#])
    func noEvent(text: String) {
        let message = Array(text.utf8)
        for cuts in [[], [message.count / 2]] {
            var tap = EventTap(.fromUpstream)
            let seen = self.look(message, cuts: cuts, &tap)
            #expect(seen == [.passed(nil)])
        }
    }

    @Test("binary messages pass, in pieces too, and leave nothing behind")
    func binary() {
        var tap = EventTap(.fromUpstream)
        let message = Array(Self.done.utf8)
        for cuts in [[], [3, 9]] {
            let seen = self.look(message, cuts: cuts, &tap, kind: .binary)
            #expect(seen == [.passed(nil)])
        }
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
            var tap = EventTap(.fromUpstream)
            let seen = self.look(message, cuts: [head.count, message.count - 1], &tap).first
            #expect(self.type(seen) == "response.done")
            if case .kept(_, let bytes) = seen {
                #expect(extra == 0 && bytes.count == message.count)
            } else {
                #expect(extra == 1)
            }
        }
    }

    @Test("nothing is held of what cannot be wanted: other types, and all that a client sends")
    func held() {
        let cases: [(TappedDirection, String, Bool)] = [
            (.fromUpstream, #"{"response":{"a":""#, true),
            (.fromUpstream, #"{"type":"response.audio.delta","a":""#, false),
            (.fromUpstream, "[1", false), (.fromClient, #"{"audio":""#, false),
        ]
        for (direction, text, isHeld) in cases {
            var tap = EventTap(direction)
            let bytes = Array(text.utf8)
            let chunk = MessageChunk(kind: .text, isFirst: true, isLast: false, payload: 0..<bytes.count)
            let seen = tap.look(chunk, in: bytes.span)
            #expect(seen == nil)
            #expect((tap.heldBytes > 0) == isHeld, "\(text)")
        }
    }
}
