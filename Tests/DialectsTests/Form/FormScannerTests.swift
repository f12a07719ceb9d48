// RFC 2046 §5.1.1: where parts begin and end.

import Testing

@testable import Dialects

@Suite struct FormScannerTests {
    static func contents(_ text: String) throws -> [String] {
        let bytes = Array(text.utf8)
        return try FormScanner.parts(bytes.span, boundary: Array("B".utf8), limits: FormLimits())
            .map { "\($0.name)=\(String(decoding: bytes[$0.content], as: UTF8.self))" }
    }

    @Test func findsParts() throws {
        let head = "Content-Disposition: form-data; name="
        #expect(
            try Self.contents(
                "--B \t\r\n\(head)a\r\n\r\n\r\n--B\r\n\(head)b\r\n\r\n\r\n\r\n--B\r\n\(head)c\r\n\r\n--\r\n--B--"
            ) == ["a=", "b=\r\n", "c=--"]
        )
        #expect(try Self.contents("--B--anything") == [])
    }

    @Test("A content that is not even there has its delimiter behind the blank line")
    func noContent() throws {
        #expect(try Self.contents("--B\r\nContent-Disposition: form-data; name=a\r\n\r\n--B--") == ["a="])
    }

    @Test func knowsBoundaries() {
        #expect(FormScanner.boundary("multipart/form-data; boundary=x") == Array("x".utf8))
        #expect(FormScanner.boundary("multipart/form-data; boundary=\"x@y\"") == nil)
    }
}
