import RTCatCore
import Testing

@Suite struct RefusalAdviceTests {
    private static func advice(
        _ status: Int,
        _ body: String = "",
        location: String? = nil,
        hasKey: Bool = true
    ) -> RefusalAdvice {
        RefusalAdvice(status: status, body: Array(body.utf8), location: location, hasKey: hasKey)
    }

    @Test func readsTheErrorBody() {
        let body = #"{"error":{"message":"No such key","type":"invalid_request_error","code":"invalid_api_key"}}"#
        #expect(Self.advice(401, body).reason == "No such key [invalid_request_error, invalid_api_key]")
        #expect(Self.advice(500, #"{"error":{"message":"a\u001b[2J"}}"#).reason == "a␛[2J")
    }

    @Test func showsOtherBodiesBounded() {
        #expect(Self.advice(502, " <h1>Bad Gateway</h1>\n").reason == "<h1>Bad Gateway</h1>")
        #expect(Self.advice(502, String(repeating: "x", count: 5000)).reason.count == 2001)
        #expect(Self.advice(502).reason.isEmpty)
        #expect(Self.advice(502, #"{"error":"text"}"#).reason == #"{"error":"text"}"#)
    }

    @Test(arguments: [200, 301, 400, 401, 403, 404, 426, 429, 500, 502, 503, 504, 418])
    func alwaysHasARemedy(_ status: Int) {
        #expect(!Self.advice(status).remedy.isEmpty)
    }

    @Test func knowsWhetherAKeyWasSent() {
        #expect(Self.advice(401, hasKey: false).remedy.contains("--key"))
        #expect(Self.advice(401, hasKey: true).remedy.contains("not accepted"))
        #expect(Self.advice(302, location: "https://other/").remedy.contains("https://other/"))
    }
}
