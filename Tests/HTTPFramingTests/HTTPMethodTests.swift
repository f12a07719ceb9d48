// RFC 9110 §9.1.

import HTTPFraming
import Testing

@Suite struct HTTPMethodTests {
    @Test(arguments: [
        "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "PROPFIND", "get",
    ])
    func keepsItsText(text: String) {
        #expect(HTTPMethod(text).text == text)
    }

    @Test("Names are case-sensitive")
    func tellsCaseApart() {
        #expect(HTTPMethod("GET") == .get)
        #expect(HTTPMethod("get") == .other("get"))
    }
}
