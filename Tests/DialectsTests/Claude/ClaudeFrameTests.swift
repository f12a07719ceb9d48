// protocol/http §2.4: events as bytes.

import Testing

@testable import Dialects

@Suite struct ClaudeFrameTests {

    @Test(
        "Every event has its name, its data and a blank line",
        arguments: [
            Self.text { ClaudeFrame.messageStart(id: "i", model: "m", usage: ChatUsage(promptTokens: 1), to: &$0) },
            Self.text { ClaudeFrame.textStart(block: 0, to: &$0) },
            Self.text { ClaudeFrame.thoughtStart(block: 1, to: &$0) },
            Self.text { ClaudeFrame.callStart(id: "\"", name: "n", block: 12, to: &$0) },
            Self.text { ClaudeFrame.delta(.text, "a\n\"", block: 0, to: &$0) },
            Self.text { ClaudeFrame.delta(.thought, "a", block: 0, to: &$0) },
            Self.text { ClaudeFrame.delta(.signature, "a", block: 0, to: &$0) },
            Self.text { ClaudeFrame.delta(.arguments, "{\"", block: 0, to: &$0) },
            Self.text { ClaudeFrame.blockStop(block: 3, to: &$0) },
            Self.text { ClaudeFrame.messageEnd(reason: "end_turn", sequence: nil, usage: ChatUsage(), to: &$0) },
        ]
    )
    func shape(frames: String) throws {
        #expect(frames.hasSuffix("\n\n"))
        for frame in frames.dropLast(2).split(separator: "\n\n") {
            let lines = frame.split(separator: "\n")
            #expect(lines.count == 2)
            let data = try JSONParser.parse(Array(lines[1].dropFirst("data: ".count).utf8))
            #expect(lines[0] == "event: \(data["type"]?.string ?? "")")
        }
    }

    private static func text(_ body: (inout [UInt8]) -> Void) -> String {
        var output: [UInt8] = []
        body(&output)
        return String(decoding: output, as: UTF8.self)
    }
}
