// protocol/http §3.1 (base64 in two alphabets), §4.2.

import Testing

@testable import Dialects

@Suite struct GeminiMediaTests {
    private func media(_ part: String) throws -> GenerationPart? {
        try geminiRequest(#"{"contents":[{"parts":[\#(part)]}]}"#).messages.first?.parts.first
    }

    @Test(
        "Bytes by their type",
        arguments: [
            ("image/jpeg", Media.Kind.image), ("audio/wav", .audio), ("application/pdf", .document),
            ("text/csv", .document),
        ]
    )
    func readsBytes(type: String, kind: Media.Kind) throws {
        let part = try self.media(#"{"inlineData":{"mimeType":"\#(type)","data":"-_A","displayName":"n"}}"#)
        #expect(part == .media(Media(kind, .base64(mediaType: type, data: "+/A="), name: "n")))
    }

    @Test func readsPlainText() throws {
        let part = try self.media(#"{"inlineData":{"mimeType":"text/plain; charset=utf-8","data":"aMOp"}}"#)
        #expect(part == .media(Media(.document, .text("hé"))))
    }

    @Test(
        "Links to images and documents",
        arguments: [
            (
                #"{"fileUri":"https://x.test/a?b","mimeType":"image/png"}"#, Media.Kind.image, "https://x.test/a?b",
                "image/png"
            ),
            (#"{"file_uri":"http://x.test/a.JPG?q=.pdf"}"#, .image, "http://x.test/a.JPG?q=.pdf", "image/jpeg"),
            (#"{"fileUri":"https://x.test/a.pdf"}"#, .document, "https://x.test/a.pdf", "application/pdf"),
        ]
    )
    func readsLinks(file: String, kind: Media.Kind, url: String, type: String) throws {
        #expect(try self.media(#"{"fileData":\#(file)}"#) == .media(Media(kind, .url(url, mediaType: type))))
    }

    @Test(
        "§4.2, §7: what only Google can open, and what nobody takes",
        arguments: [
            (#"{"fileData":{"fileUri":"files/abc","mimeType":"image/png"}}"#, "fileData.fileUri"),
            (#"{"fileData":{"fileUri":"gs://b/o","mimeType":"image/png"}}"#, "fileData.fileUri"),
            (
                #"{"fileData":{"fileUri":"https://generativelanguage.googleapis.com/v1beta/files/a","mimeType":"image/png"}}"#,
                "fileData.fileUri"
            ),
            (#"{"fileData":{"fileUri":"https://x.test/a"}}"#, "fileData.mimeType"),
            (#"{"fileData":{"fileUri":"https://x.test/a","mimeType":"video/mp4"}}"#, "fileData"),
            (#"{"fileData":{"fileUri":"https://x.test/a","mimeType":"audio/mp3"}}"#, "fileData"),
            (#"{"fileData":{}}"#, "fileData.fileUri"),
            (#"{"inlineData":{"mimeType":"video/mp4","data":"AAAA"}}"#, "inlineData.mimeType"),
            (#"{"inlineData":{"data":"AAAA"}}"#, "inlineData.mimeType"),
            (#"{"inlineData":{"mimeType":"image/png"}}"#, "inlineData.data"),
            (#"{"inlineData":{"mimeType":"image/png","data":"?"}}"#, "inlineData.data"),
            (#"{"inlineData":{"mimeType":"text/plain","data":"_w=="}}"#, "inlineData.data"),
        ]
    )
    func refuses(part: String, param: String) {
        #expect(geminiRefusal(#"{"contents":[{"parts":[\#(part)]}]}"#)?.param == "contents[0].parts[0]." + param)
    }
}
