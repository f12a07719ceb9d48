// protocol/http §1.2, §4.1, §4.2, §4.7.

import Dialects
import Testing

@Suite struct OpenAIMessageWriterTests {
    static func write(_ messages: [GenerationMessage], system: [String] = []) throws -> [String] {
        var request = GenerationRequest(model: "m")
        (request.messages, request.system) = (messages, system)
        let written = try OpenAIRequestWriter.write(request, model: "m", options: ConversionOptions())
        return try JSONParser.parse(written.body)["messages"]?.elements.map(\.text) ?? []
    }

    static func write(_ part: GenerationPart) throws -> String? { try write([GenerationMessage(.user, [part])]).first }

    @Test func instructionsAreOneMessage() throws {
        #expect(try Self.write([], system: ["a", "b"]) == [#"{"role":"system","content":"a\nb"}"#])
    }

    @Test("§4.1: calls, their results directly behind, images of results in a message of their own")
    func toolLoop() throws {
        let image = GenerationPart.media(Media(.image, .base64(mediaType: "image/png", data: "QUI=")))
        let written = try Self.write([
            GenerationMessage(
                .assistant,
                [
                    .thought(Thought(text: "hm", signature: "s", origin: .claude)), .text("wa"), .text("it"),
                    .toolCall(ToolCall(id: "c1", name: "f", arguments: ["a": 1])),
                    .toolCall(ToolCall(id: "c2", name: "g", arguments: .object([]), signature: "sig")),
                ]
            ),
            GenerationMessage(.user, [.toolResult(ToolResult(callID: "c1", content: [.text("1"), image]))]),
            GenerationMessage(
                .user,
                [.text("and?"), .toolResult(ToolResult(callID: "c2", content: [.text("bad")], isError: true))]
            ),
        ])
        #expect(
            written == [
                #"{"role":"assistant","content":"wait","tool_calls":["#
                    + #"{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},"#
                    + #"{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"},"#
                    + #""extra_content":{"google":{"thought_signature":"sig"}}}]}"#,
                #"{"role":"tool","tool_call_id":"c1","content":"1"}"#,
                #"{"role":"tool","tool_call_id":"c2","content":"Error: bad"}"#,
                #"{"role":"user","content":[{"type":"text","text":"Returned by the tool call c1:"},"#
                    + #"{"type":"image_url","image_url":{"url":"data:image/png;base64,QUI="}}]}"#,
                #"{"role":"user","content":"and?"}"#,
            ]
        )
    }

    @Test("§4.1: a call without words has null for content")
    func callsOnly() throws {
        let call = GenerationPart.toolCall(ToolCall(id: "c", name: "f", arguments: .object([])))
        #expect(try Self.write([GenerationMessage(.assistant, [call])]).first?.contains(#""content":null"#) == true)
        #expect(
            try Self.write([GenerationMessage(.assistant, [.refusal("no")])])
                == [#"{"role":"assistant","content":null,"refusal":"no"}"#]
        )
        #expect(try Self.write([GenerationMessage(.assistant, [.thought(Thought(text: "x", origin: .claude))])]) == [])
    }

    @Test("A result that is an image only has words, too")
    func imageOnlyResult() throws {
        let image = GenerationPart.media(Media(.image, .url("https://e.x/a.png", mediaType: nil)))
        let written = try Self.write([
            GenerationMessage(.user, [.toolResult(ToolResult(callID: "c", content: [image]))])
        ])
        #expect(
            written.first
                == #"{"role":"tool","tool_call_id":"c","content":"The result is in the next message of the user."}"#
        )
        #expect(written.count == 2)
    }

    @Test("§4.2: media")
    func media() throws {
        #expect(
            try Self.write(.media(Media(.image, .url("https://e.x/a.png", mediaType: "image/png"), detail: "low")))
                == #"{"role":"user","content":[{"type":"image_url","#
                + #""image_url":{"url":"https://e.x/a.png","detail":"low"}}]}"#
        )
        #expect(
            try Self.write(.media(Media(.document, .base64(mediaType: "application/pdf", data: "QUI="))))
                == #"{"role":"user","content":[{"type":"file","#
                + #""file":{"filename":"document.pdf","file_data":"data:application/pdf;base64,QUI="}}]}"#
        )
        #expect(
            try Self.write(.media(Media(.document, .text("body"), name: "Title")))
                == #"{"role":"user","content":"Title\n\nbody"}"#
        )
        #expect(
            try Self.write(.media(Media(.audio, .base64(mediaType: "audio/mpeg", data: "QUI="))))
                == #"{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"QUI=","format":"mp3"}}]}"#
        )
    }

    @Test(
        "§7: media that the dialect has no words for",
        arguments: [
            Media(.document, .url("https://e.x/a.pdf", mediaType: nil)),
            Media(.image, .url("gs://b/a.png", mediaType: nil)),
            Media(.audio, .base64(mediaType: "audio/ogg", data: "AA")), Media(.image, .text("x")),
        ]
    )
    func unsayable(media: Media) {
        let refusal = OpenAIRequestWriterTests.refusal(
            OpenAIRequestWriterTests.request { $0.messages = [GenerationMessage(.user, [.media(media)])] }
        )
        #expect(refusal?.code == "unsupported_value")
        #expect(refusal?.param == "messages")
    }
}
