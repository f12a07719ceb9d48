// What is kept back of a client's messages, whole or in pieces cut anywhere, and what goes on as it comes (protocol:
// realtime §4, §16; robustness G7, G10).

import Dialects
import Testing
import WebSocketFraming

@testable import Relay

@Suite("ClientTap")
struct ClientTapTests {
    private static let update = #"{"event_id":"e","session":{"model":"m"},"type":"session.update"}"#
    private static let append = #"{"type":"input_audio_buffer.append","audio":"AAAA"}"#

    /// Looks at a message in pieces that end at `cuts`; what was seen, and what went on of it.
    private func look(
        _ message: [UInt8],
        cuts: [Int] = [],
        isStrict: Bool = false,
        kind: MessageKind = .text
    ) -> (seen: [ClientLook], forwarded: [UInt8]) {
        var tap = ClientTap()
        var recent = RecentHead<RealtimeClientEventKind>()
        var seen: [ClientLook] = []
        var forwarded: [UInt8] = []
        let ends = cuts + [message.count]
        var start = 0
        for (index, end) in ends.enumerated() {
            let chunk = MessageChunk(
                kind: kind,
                isFirst: index == 0,
                isLast: index == ends.count - 1,
                payload: start..<end
            )
            let look = tap.look(chunk, in: message.span, &recent, isStrict: isStrict)
            seen.append(look)
            switch look {
            case .pass, .late: forwarded += message[start..<end]
            case .release(let held, _): forwarded += held + message[start..<end]
            case .hold, .decide, .decideHeld, .refuse, .drop, .abort: break
            }
            start = end
        }
        #expect(tap.heldBytes == 0)
        return (seen, forwarded)
    }

    @Test("an event that has to be decided about is held whole, wherever it is cut", arguments: [true, false])
    func held(isStrict: Bool) {
        let message = Array(Self.update.utf8)
        #expect(self.look(message, isStrict: isStrict).seen == [.decide(.settings, 0..<message.count)])
        for cut in 1..<message.count {
            let (seen, forwarded) = self.look(message, cuts: [cut], isStrict: isStrict)
            #expect(seen == [.hold, .decideHeld(.settings, message)])
            #expect(forwarded.isEmpty)
        }
        let (seen, forwarded) = self.look(message, cuts: Array(1..<message.count), isStrict: isStrict)
        #expect(seen.last == .decideHeld(.settings, message) && forwarded.isEmpty)
    }

    @Test("audio goes on byte for byte, held only until its type is known", arguments: [true, false])
    func audio(isStrict: Bool) {
        let message = Array(Self.append.utf8)
        let heard = HeardEvent(kind: .audio, bytes: message.count)
        #expect(self.look(message, isStrict: isStrict).seen == [.pass(heard)])
        for cut in 0...message.count {
            let (seen, forwarded) = self.look(message, cuts: [cut], isStrict: isStrict)
            #expect(forwarded == message, "cut at \(cut)")
            switch seen.last {
            case .pass(heard), .release(_, heard): break
            default: Issue.record("\(seen)")
            }
        }
        #expect(self.look(message, cuts: Array(1..<message.count), isStrict: isStrict).forwarded == message)
    }

    @Test("a type behind more than is held: a response is told late, settings are never completed")
    func late() {
        let filling = String(repeating: "a", count: ClientTap.heldBytes)
        for (type, isAborted) in [("response.create", false), ("session.update", true)] {
            let message = Array(#"{"x":"\#(filling)","type":"\#(type)"}"#.utf8)
            let (seen, forwarded) = self.look(message, cuts: [10, ClientTap.heldBytes + 8])
            #expect(seen.first == .hold)
            if isAborted {
                #expect(seen.last == .abort && forwarded.count < message.count)
            } else {
                #expect(seen.last == .late(HeardEvent(kind: .turn, bytes: message.count)))
                #expect(forwarded == message)
            }
            let strict = self.look(message, cuts: [10, ClientTap.heldBytes + 8], isStrict: true)
            #expect(strict.seen == [.hold, .refuse(.tooLarge), .drop] && strict.forwarded.isEmpty)
        }
    }

    @Test("an event to be decided about beyond the bound is refused; one at the bound is not")
    func bound() {
        let head = Array(#"{"type":"response.create","x":""#.utf8)
        let tail = Array(#""}"#.utf8)
        for extra in [0, 1] {
            let filling = [UInt8](
                repeating: UInt8(ascii: "a"),
                count: ClientTap.heldBytes - head.count - tail.count + extra
            )
            let message = head + filling + tail
            let seen = self.look(message, cuts: [head.count, message.count - 1]).seen
            #expect(seen.last == (extra == 0 ? .decideHeld(.turn, message) : .refuse(.tooLarge)))
        }
    }

    @Test("G10: where it matters, an event with two types is refused whole, and never completed in pieces")
    func twoTypes() {
        let message = Array(
            #"{"type":"input_audio_buffer.append","audio":"AAAA","\u0074ype":"session.update","session":{}}"#.utf8
        )
        #expect(self.look(message).forwarded == message)
        #expect(self.look(message, isStrict: true).seen == [.refuse(.unreadable)])
        for cut in 1..<message.count {
            let (seen, forwarded) = self.look(message, cuts: [cut], isStrict: true)
            #expect(forwarded.count < message.count)
            #expect(seen.contains(.abort) || seen.contains(.refuse(.unreadable)), "cut at \(cut)")
        }
    }

    @Test("what is no event goes on, unless an event must be readable")
    func noEvent() {
        for text in ["", "[]", "hello", #"{"type":1}"#] {
            let message = Array(text.utf8)
            for cuts in [[], [message.count / 2]] {
                #expect(self.look(message, cuts: cuts).forwarded == message)
                #expect(self.look(message, cuts: cuts, isStrict: true).forwarded.isEmpty)
                #expect(self.look(message, cuts: cuts, isStrict: true, kind: .binary).forwarded == message)
            }
        }
    }

    @Test("§9: binary events are decided about as well")
    func binary() {
        let message = Array(Self.update.utf8)
        #expect(self.look(message, kind: .binary).seen == [.decide(.settings, 0..<message.count)])
        #expect(self.look(message, cuts: [3], kind: .binary).seen.last == .decideHeld(.settings, message))
    }

    @Test("unknown events go on, and are decided about where models are restricted")
    func unknown() {
        let message = Array(#"{"type":"session.finish"}"#.utf8)
        #expect(self.look(message).forwarded == message)
        #expect(self.look(message, isStrict: true).seen == [.decide(.unknown, 0..<message.count)])
    }
}
