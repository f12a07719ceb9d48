// RFC 6455 §4.2; robustness rows B1 to B5 and B11.

import Testing
import WebSocketFraming

struct ServerHandshakeTests {
    static let key = HandshakeField("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
    static let version = HandshakeField("Sec-WebSocket-Version", "13")
    static let upgrade = [HandshakeField("Upgrade", "websocket"), HandshakeField("Connection", "Upgrade")]
    static let good = [HandshakeField("Host", "server.example.com")] + upgrade + [key, version]

    static func evaluate(
        _ fields: [HandshakeField],
        method: String = "GET",
        minor: Int = 1
    ) -> Result<ServerHandshake.Request, ServerHandshake.Refusal> {
        ServerHandshake.evaluate(method: method, httpMinorVersion: minor, fields: fields)
    }

    static func subprotocols(_ values: [String]) -> Result<ServerHandshake.Request, ServerHandshake.Refusal> {
        self.evaluate(self.good + values.map { HandshakeField("Sec-WebSocket-Protocol", $0) })
    }

    @Test func sampleOfTheRFC() {
        let request = ServerHandshake.Request(
            acceptKey: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=",
            subprotocols: [],
            extensions: nil
        )
        #expect(Self.evaluate(Self.good) == .success(request))
        #expect(
            ServerHandshake.responseFields(for: request, subprotocol: nil) == [
                HandshakeField("Upgrade", "websocket"),
                HandshakeField("Connection", "Upgrade"),
                HandshakeField("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
            ]
        )
    }

    @Test func namesAndTokensInAnyCaseAndOverSeveralFields() {
        let fields = [
            HandshakeField("UPGRADE", "h2c, WebSocket"), HandshakeField("connection", "keep-alive"),
            HandshakeField("Connection", "x, UPGRADE"), HandshakeField("sec-websocket-key", " \(Self.key.value) "),
            HandshakeField("SEC-WEBSOCKET-VERSION", "13"),
        ]
        #expect((try? Self.evaluate(fields).get()) != nil)
    }

    /// B1.
    @Test func keys() {
        let without = Self.upgrade + [Self.version]
        #expect(Self.evaluate(without) == .failure(.keyMissing))
        #expect(Self.evaluate(without + [Self.key, Self.key]) == .failure(.keyDuplicated))
        #expect(Self.evaluate(without + [HandshakeField("Sec-WebSocket-Key", "short")]) == .failure(.keyInvalid))
        #expect(Self.evaluate(without + [HandshakeField("Sec-WebSocket-Key", "")]) == .failure(.keyInvalid))
    }

    /// B2, §4.4.
    @Test(arguments: [[], ["8"], ["14"], ["13, 8"], ["013"], [""], ["13", "13"]])
    func versions(_ values: [String]) {
        let fields = Self.upgrade + [Self.key] + values.map { HandshakeField("Sec-WebSocket-Version", $0) }
        #expect(Self.evaluate(fields) == .failure(.versionUnsupported))
        let answer = ServerHandshake.Refusal.versionUnsupported
        #expect(answer.status == 426)
        #expect(answer.fields.contains(HandshakeField("Sec-WebSocket-Version", "13")))
    }

    /// B3.
    @Test func methodAndHTTPVersion() {
        #expect(Self.evaluate(Self.good, method: "POST") == .failure(.methodNotAllowed))
        #expect(Self.evaluate(Self.good, method: "get") == .failure(.methodNotAllowed))
        #expect(Self.evaluate(Self.good, minor: 0) == .failure(.http10))
        #expect(ServerHandshake.Refusal.methodNotAllowed.status == 405)
        #expect(ServerHandshake.Refusal.http10.status == 400)
    }

    /// B4, B5.
    @Test func notAnUpgrade() {
        let rest = [Self.key, Self.version]
        #expect(Self.evaluate([]) == .failure(.notAnUpgrade))
        #expect(Self.evaluate([Self.upgrade[0]] + rest) == .failure(.notAnUpgrade))
        #expect(Self.evaluate([Self.upgrade[1]] + rest) == .failure(.notAnUpgrade))
        for other in ["h2c", "websockets", "web socket", ""] {
            let fields = [HandshakeField("Upgrade", other), Self.upgrade[1]] + rest
            #expect(Self.evaluate(fields) == .failure(.notAnUpgrade))
        }
        let closing = [Self.upgrade[0], HandshakeField("Connection", "close")] + rest
        #expect(Self.evaluate(closing) == .failure(.notAnUpgrade))
        #expect(ServerHandshake.Refusal.notAnUpgrade.status == 426)
    }

    @Test func subprotocolsInOrder() throws {
        let request = try Self.subprotocols(["realtime, openai-insecure-api-key.sk-1", " ,x"]).get()
        #expect(request.subprotocols == ["realtime", "openai-insecure-api-key.sk-1", "x"])
        let chosen = ServerHandshake.responseFields(for: request, subprotocol: "realtime")
        #expect(chosen.contains(HandshakeField("Sec-WebSocket-Protocol", "realtime")))
        let foreign = ServerHandshake.responseFields(for: request, subprotocol: "other")
        #expect(!foreign.contains { $0.name == "Sec-WebSocket-Protocol" })
    }

    /// §4.1: tokens, all different; B11: bounded.
    @Test func badSubprotocols() {
        for value in ["", " ", ",", "a b", "a;b", "a,\"b\"", "a, a", "é"] {
            #expect(Self.subprotocols([value]) == .failure(.badSubprotocols))
        }
        #expect(Self.subprotocols(["a", "a"]) == .failure(.badSubprotocols))
        let names = (0..<65).map { "p\($0)" }
        #expect((try? Self.subprotocols([names.dropLast().joined(separator: ",")]).get()) != nil)
        #expect(Self.subprotocols([names.joined(separator: ",")]) == .failure(.badSubprotocols))
        #expect(Self.subprotocols([String(repeating: " ", count: 40_000) + "a"]) != .failure(.badSubprotocols))
        #expect(Self.subprotocols(["a" + String(repeating: " ", count: 40_000) + "b"]) == .failure(.badSubprotocols))
        #expect(Self.subprotocols([String(repeating: "a", count: 8193)]) == .failure(.badSubprotocols))
        #expect(Self.subprotocols([String(repeating: ",", count: 40_000)]) == .failure(.badSubprotocols))
    }

    @Test func extensionOffersAreJoinedAndBounded() throws {
        let offers = ["permessage-deflate; client_max_window_bits", "x"].map {
            HandshakeField("Sec-WebSocket-Extensions", $0)
        }
        let request = try Self.evaluate(Self.good + offers).get()
        #expect(request.extensions == "permessage-deflate; client_max_window_bits, x")
        let long = HandshakeField("Sec-WebSocket-Extensions", String(repeating: "x", count: 4097))
        #expect(try Self.evaluate(Self.good + [long]).get().extensions == nil)
        let answer = ServerHandshake.responseFields(for: request, subprotocol: nil, extensions: "permessage-deflate")
        #expect(answer.last == HandshakeField("Sec-WebSocket-Extensions", "permessage-deflate"))
    }
}
