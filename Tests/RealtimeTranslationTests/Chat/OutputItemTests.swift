import Dialects
import Testing

@testable import RealtimeTranslation

/// Items of an answer while they are made (protocol: realtime §8).
@Suite struct OutputItemTests {
    @Test func showsItsContentOnceItIsClosed() {
        var output = OutputItem(id: "i", index: 0, kind: .text)
        output.text = "Hello"
        #expect(output.isOpen)
        #expect(output.item.status == .inProgress)
        #expect(output.item.content.isEmpty)
        output.close(.incomplete)
        #expect(output.item.status == .incomplete)
        #expect(output.item.content == [.outputText("Hello")])
    }

    @Test func aCallHasNoPart() {
        var output = OutputItem(id: "i", index: 0, kind: .call(id: "c", name: "f", index: 3))
        output.text = "{}"
        #expect(output.part == nil)
        #expect(output.callID == "c")
        #expect(output.item.kind == .call(id: "c", name: "f", arguments: ""))
        output.close(.completed)
        #expect(output.item.kind == .call(id: "c", name: "f", arguments: "{}"))
    }

    @Test func speechHasALength() {
        var output = OutputItem(id: "i", index: 0, kind: .speech)
        output.speechBytes = 48_047
        output.close(.completed)
        #expect(output.item.content == [.outputAudio(transcript: "", milliseconds: 1_000)])
        #expect(output.part == ["type": "audio", "transcript": ""])
    }
}
