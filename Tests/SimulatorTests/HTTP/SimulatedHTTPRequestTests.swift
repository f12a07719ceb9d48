// Targets and header names.

import Testing

@testable import Simulator

@Suite("Requests")
struct SimulatedHTTPRequestTests {
    @Test("RFC 9112 §3.2.1: a target is cut into path and query, both decoded")
    func cutsTargets() {
        let target = RequestTarget("/v1/models/a%2Fb?model=gpt%20x&empty=&flag&model=second&a=b=c+d")
        #expect(target.path == "/v1/models/a/b")
        #expect(target.query("model") == "gpt x")
        #expect(target.query("empty") == "")
        #expect(target.query("flag") == "")
        #expect(target.query("a") == "b=c d")
        #expect(target.query("none") == nil)
    }

    @Test("Damaged targets are taken as they are", arguments: ["", "?", "%", "/%zz?%=%", "/?&&="])
    func survives(_ text: String) {
        #expect(RequestTarget(text).query("none") == nil)
    }

    @Test("RFC 9110 §5.1: field names know no case")
    func comparesNames() {
        #expect(SimulatedHeader("Sec-WebSocket-Protocol", "x").isNamed("sec-websocket-protocol"))
    }
}
