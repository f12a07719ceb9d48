// RFC 7578, RFC 2046 §5.1.

import Testing

@testable import Relay

@Suite("Multipart form")
struct MultipartFormTests {
    private static let type = "multipart/form-data; boundary=XyZ"

    private func body(_ text: String) -> [UInt8] { Array(text.replacing("\n", with: "\r\n").utf8) }

    @Test func readsFieldsAndFiles() throws {
        let body = self.body(
            """
            preamble
            --XyZ
            Content-Disposition: form-data; name="purpose"

            batch
            --XyZ
            content-disposition: form-data; name="file"; filename="a \\"b\\".jsonl"
            Content-Type: application/octet-stream

            {"a":1}
            --XyW
            --XyZ--

            """
        )
        let form = try MultipartForm(body, contentType: Self.type)
        #expect(form.text("purpose", in: body) == "batch")
        let file = try #require(form["file"])
        #expect(file.filename == #"a "b".jsonl"#)
        #expect(String(decoding: body[file.content], as: UTF8.self) == "{\"a\":1}\r\n--XyW")
        #expect(form["other"] == nil)
    }

    @Test func keepsEveryByteOfAFile() throws {
        let content: [UInt8] = [0, 255, 13, 10, 45, 45, 13, 10, 13]
        let head = self.body("--XyZ\nContent-Disposition: form-data; name=file\n\n")
        let body = head + content + self.body("\n--XyZ--")
        let form = try MultipartForm(body, contentType: "Multipart/Form-Data;charset=utf-8; boundary=\"XyZ\"")
        #expect(try Array(body[#require(form["file"]).content]) == content)
    }

    @Test func anEmptyPartHasNoContent() throws {
        let body = self.body("--XyZ\nContent-Disposition: form-data; name=file\n\n\n--XyZ--")
        #expect(try MultipartForm(body, contentType: Self.type)["file"]?.content.isEmpty == true)
    }

    @Test(
        "what is no form is refused",
        arguments: [
            ("", "noParts"), ("--XyZ--", "noParts"),
            ("--XyZ\nContent-Disposition: form-data; name=a\n\nb", "unterminated"),
            ("--XyZ\n\nb\n--XyZ--", "badPart"), ("--XyZnonsense\n--XyZ--", "badPart"),
            ("--XyZ\nContent-Disposition: form-data; name=a\n--XyZ--", "badPart"),
            (
                String(repeating: "--XyZ\nContent-Disposition: form-data; name=a\n\nb\n", count: 17) + "--XyZ--",
                "tooManyParts"
            ),
        ]
    )
    func refuses(text: String, why: String) {
        #expect {
            try MultipartForm(self.body(text), contentType: Self.type)
        } throws: { "\($0)" == why }
    }

    @Test func needsABoundary() {
        for type in [
            nil, "", "application/json", "multipart/form-data", "multipart/form-data; boundary=",
            "multipart/mixed; boundary=a",
        ] {
            #expect(throws: MultipartViolation.noBoundary) { try MultipartForm(Array("--a--".utf8), contentType: type) }
        }
        #expect(MultipartForm.boundary(in: "multipart/form-data; boundary=" + String(repeating: "b", count: 71)) == nil)
    }

    @Test("a form that is cut anywhere is read or refused, never a trap")
    func cut() {
        let whole = self.body("--XyZ\nContent-Disposition: form-data; name=\"a\"; filename=b\n\nc\n--XyZ--\n")
        for count in 0...whole.count {
            _ = try? MultipartForm(Array(whole.prefix(count)), contentType: Self.type)
        }
    }
}
