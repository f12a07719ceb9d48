// protocol/http §1.2, §4.2, §7.

import Dialects
import Testing

@Suite struct OpenAIContentReaderTests {
    static func parts(_ part: String) throws -> [GenerationPart] {
        try OpenAIMessageReaderTests.read(#"{"role":"user","content":[\#(part)]}"#).messages.first?.parts ?? []
    }

    @Test("§4.2: images as bytes and as addresses")
    func images() throws {
        #expect(
            try Self.parts(
                #"{"type":"image_url","image_url":{"url":"data:image/PNG;base64,QUI=","detail":"high"}}"#
            ) == [.media(Media(.image, .base64(mediaType: "image/png", data: "QUI="), detail: "high"))]
        )
        #expect(
            try Self.parts(#"{"type":"image_url","image_url":{"url":"https://e.x/a.png"}}"#)
                == [.media(Media(.image, .url("https://e.x/a.png", mediaType: nil)))]
        )
    }

    @Test("§4.2: sounds and files")
    func soundsAndFiles() throws {
        #expect(
            try Self.parts(#"{"type":"input_audio","input_audio":{"data":"QUI=","format":"mp3"}}"#)
                == [.media(Media(.audio, .base64(mediaType: "audio/mp3", data: "QUI=")))]
        )
        let pdf = "data:application/pdf;base64,QUI="
        #expect(
            try Self.parts(#"{"type":"file","file":{"filename":"a.pdf","file_data":"\#(pdf)"}}"#)
                == [.media(Media(.document, .base64(mediaType: "application/pdf", data: "QUI="), name: "a.pdf"))]
        )
        #expect(
            try Self.parts(#"{"type":"file","file":{"file_data":"data:image/gif;base64,QUI="}}"#)
                == [.media(Media(.image, .base64(mediaType: "image/gif", data: "QUI=")))]
        )
    }

    @Test(
        "§7: what is refused, and where",
        arguments: [
            (#"{"text":"x"}"#, "missing_required_parameter", "type"),
            (#"{"type":"video_url"}"#, "unsupported_value", "type"),
            (#"{"type":"refusal","refusal":"x"}"#, "unsupported_value", "type"),
            (#"{"type":"text"}"#, "missing_required_parameter", "text"),
            (#"{"type":"image_url","image_url":"https://e.x"}"#, "invalid_type", "image_url"),
            (#"{"type":"image_url","image_url":{}}"#, "missing_required_parameter", "image_url.url"),
            (#"{"type":"image_url","image_url":{"url":"ftp://e.x/a"}}"#, "invalid_value", "image_url.url"),
            (#"{"type":"image_url","image_url":{"url":"data:image/png,AA"}}"#, "invalid_value", "image_url.url"),
            (
                #"{"type":"image_url","image_url":{"url":"data:text/html;base64,AA"}}"#, "invalid_value",
                "image_url.url"
            ),
            (
                #"{"type":"input_audio","input_audio":{"data":"AA","format":"ogg"}}"#, "invalid_value",
                "input_audio.format"
            ),
            (
                #"{"type":"input_audio","input_audio":{"format":"wav"}}"#, "missing_required_parameter",
                "input_audio.data"
            ),
            (#"{"type":"file","file":{"file_id":"file-1"}}"#, "unsupported_value", "file.file_id"),
            (#"{"type":"file","file":{}}"#, "missing_required_parameter", "file.file_data"),
            (#"{"type":"file","file":{"file_data":"AAAA"}}"#, "invalid_value", "file.file_data"),
        ]
    )
    func refusals(part: String, code: String, param: String) {
        let refusal = OpenAIMessageReaderTests.refusal(
            #"{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"},\#(part)]}"#
        )
        #expect(refusal?.code == code)
        #expect(refusal?.param == "messages[1].content[1].\(param)")
    }

    @Test("Tools and instructions say texts only", arguments: ["system", "tool"])
    func textsOnly(role: String) {
        let image = #"{"type":"image_url","image_url":{"url":"https://e.x"}}"#
        let refusal = OpenAIMessageReaderTests.refusal(
            #"{"role":"user","content":"x"},{"role":"\#(role)","tool_call_id":"c","content":[\#(image)]}"#
        )
        #expect(refusal?.param == "messages[1].content[0].type")
    }
}
