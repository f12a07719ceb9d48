// RFC 2397, base64 only.

import Testing

@testable import Dialects

@Suite struct DataURITests {
    @Test func reads() {
        #expect(
            DataURI("DATA:Image/JPEG;charset=x;base64,QUI=") == DataURI(mediaType: "image/jpeg", base64: "QUI=")
        )
        #expect(DataURI(mediaType: "a/b", base64: "QQ==").text == "data:a/b;base64,QQ==")
    }

    @Test(
        "What is no base64 data URI",
        arguments: [
            "", "data", "data:", "data:,", "data:;base64,QQ==", "data:image/png,QQ==", "data:image/png;base64",
            "data:image/png;base64,", "data:base64,QQ==", "data:image;base64,QQ==", "http://e.x/data:a/b;base64,QQ==",
        ]
    )
    func refuses(text: String) {
        #expect(DataURI(text) == nil)
    }

    @Test func tellsAddresses() {
        #expect(DataURI.isWeb("HTTPS://e.x"))
        #expect(DataURI.isWeb("http://e.x"))
        #expect(!DataURI.isWeb("file:///etc/passwd"))
        #expect(!DataURI.isWeb("data:a/b;base64,QQ=="))
    }
}
