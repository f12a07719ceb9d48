// What a session has used: sums over turns that no upstream's numbers can break, alone and at the end of a session
// (protocol: realtime §7).

import Dialects
import SessionCore
import TestSupport
import Testing

@testable import Relay

@Suite("SessionUsage", .ownThread)
struct SessionUsageTests {
    private func turn(_ input: Int, _ output: Int) -> RealtimeTurn {
        let text =
            #"{"type":"response.done","response":{"usage":{"input_tokens":\#(input),"output_tokens":\#(output),"#
            + #""input_token_details":{"text_tokens":\#(input)},"output_token_details":{"text_tokens":\#(output)}}}}"#
        let bytes = Array(text.utf8)
        return RealtimeTurn(bytes.span)
    }

    @Test("turns and transcriptions are counted and their tokens added")
    func sums() {
        let usage = SessionUsage()
        usage.add(self.turn(3, 4))
        usage.add(self.turn(10, 20))
        let text =
            #"{"type":"conversation.item.input_audio_transcription.completed","usage":{"type":"tokens","#
            + #""input_tokens":5,"output_tokens":6,"input_token_details":{"audio_tokens":5}}}"#
        usage.add(RealtimeTranscription(Array(text.utf8).span))
        #expect(usage.turns == 2 && usage.transcriptions == 1)
        #expect(usage.inputTokens == 18 && usage.outputTokens == 30)
    }

    @Test("a turn that tells no usage is a turn")
    func none() {
        let usage = SessionUsage()
        usage.add(RealtimeTurn(Array(#"{"type":"response.done"}"#.utf8).span))
        #expect(usage.turns == 1 && usage.inputTokens == 0 && usage.outputTokens == 0)
    }

    @Test("no numbers of an upstream make a sum trap or shrink")
    func saturation() {
        let usage = SessionUsage()
        for _ in 0..<3 { usage.add(self.turn(Int.max, Int.max)) }
        #expect(usage.turns == 3)
        #expect(usage.inputTokens >= 0 && usage.outputTokens >= 0)
    }

    @Test("one event with counts that do not fit together is no end of the program", arguments: ["input", "output"])
    func overflowWithinOneEvent(side: String) {
        let text =
            #"{"type":"response.done","response":{"usage":{"\#(side)_tokens":9223372036854775807,"#
            + #""\#(side)_token_details":{"text_tokens":9223372036854775807,"audio_tokens":9223372036854775807}}}}"#
        let usage = SessionUsage()
        usage.add(RealtimeTurn(Array(text.utf8).span))
        #expect(usage.turns == 1)
    }

    @Test("the end of a session tells what its turns used, whole or in fragments")
    func settled() throws {
        let stage = try RelayStage()
        let (client, upstream) = try stage.session()
        let text =
            #"{"type":"response.done","response":{"usage":{"input_tokens":3,"output_tokens":4,"#
            + #""input_token_details":{"text_tokens":3},"output_token_details":{"text_tokens":4}}}}"#
        upstream.say(WireFrame.text(text).unmasked)
        let (head, tail) = (text.utf8.prefix(50), text.utf8.dropFirst(50))
        upstream.say(WireFrame(1, Array(head), isFinal: false).unmasked + WireFrame.continuation(Array(tail)).unmasked)
        for _ in 0..<2 { #expect(stage.wholeMessage(at: client)?.text == text) }
        client.say(WireFrame.text("hi").masked + WireFrame.close(1000).masked)
        #expect(stage.run { stage.service.sessionCount == 0 })
        let settled = try #require(stage.log.entries("session ended").first)
        #expect(settled["turns"] == "2" && settled["input_tokens"] == "6" && settled["output_tokens"] == "8")
        #expect(settled["messages_from_client"] == "1" && settled["messages_from_upstream"] == "2")
        #expect(settled["upstream"] == "up0" && settled["model"] == "talk")
        stage.expectNothingLeft(client, upstream)
    }
}
