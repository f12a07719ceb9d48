// Events of exactly the size asked for, that are JSON and carry their name where they say.

import BenchCore
import Foundation
import Testing

@Suite struct RealtimeEventTests {
    @Test(arguments: [64, 65, 79, 80, 90, 125, 126, 200, 201, 250, 1024, 65_535, 65_536], [false, true])
    func eachSizeIsJSONWithItsType(_ size: Int, _ typeLast: Bool) throws {
        let types: [(RealtimeEvent.Kind, String)] = [
            (.audioDelta, "response.output_audio.delta"), (.audioAppend, "input_audio_buffer.append"),
            (.sessionUpdate, "session.update"), (.sessionUpdated, "session.updated"),
        ]
        for (kind, type) in types {
            let event = try #require(RealtimeEvent(kind, size: size, typeLast: typeLast))
            #expect(event.bytes.count == size)
            let object = try JSONSerialization.jsonObject(with: Data(event.bytes)) as? [String: Any]
            #expect(object?["type"] as? String == type)
            let name = event.bytes[event.nameOffset..<event.nameOffset + 16]
            #expect(name.allSatisfy { $0 == UInt8(ascii: "0") })
        }
    }

    @Test func theTypeStandsWhereItIsWanted() throws {
        let first = try #require(RealtimeEvent(.audioDelta, size: 1024))
        let last = try #require(RealtimeEvent(.audioDelta, size: 1024, typeLast: true))
        #expect(first.bytes.starts(with: Array("{\"type\":\"response.output_audio.delta\"".utf8)))
        #expect(last.bytes.reversed().starts(with: Array("\"type\":\"response.output_audio.delta\"}".utf8.reversed())))
    }

    @Test func largeEventsCarryAudio() throws {
        let event = try #require(RealtimeEvent(.audioAppend, size: 1024))
        let object = try JSONSerialization.jsonObject(with: Data(event.bytes)) as? [String: Any]
        #expect((object?["audio"] as? String ?? "").count > 800)
    }

    @Test func nothingIsShorterThanTheMinimum() {
        #expect(RealtimeEvent(.audioDelta, size: RealtimeEvent.minimumSize - 1) == nil)
        #expect(RealtimeEvent(.audioDelta, size: 0) == nil)
        #expect(RealtimeEvent(.audioDelta, size: -1) == nil)
    }
}
