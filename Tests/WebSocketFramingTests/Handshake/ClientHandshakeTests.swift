// RFC 6455 §4.1; robustness rows E1 to E3.

import Testing
import WebSocketFraming

struct ClientHandshakeTests {
    static let nonce = Array("the sample nonce".utf8)
    static let good = [
        HandshakeField("Upgrade", "WebSocket"), HandshakeField("connection", "upgrade"),
        HandshakeField("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="),
    ]

    static func verify(
        _ fields: [HandshakeField],
        status: Int = 101,
        subprotocols: [String] = [],
        extensions: String? = nil
    ) -> Result<ClientHandshake.Accepted, ClientHandshakeFailure> {
        ClientHandshake(nonce: self.nonce, subprotocols: subprotocols, extensions: extensions)
            .verify(status: status, fields: fields)
    }

    static func good(without name: String) -> [HandshakeField] {
        self.good.filter { $0.name.lowercased() != name }
    }

    @Test func requestFields() {
        let handshake = ClientHandshake(nonce: Self.nonce, subprotocols: ["realtime", "b"], extensions: "x")
        #expect(
            handshake.requestFields == [
                HandshakeField("Upgrade", "websocket"), HandshakeField("Connection", "Upgrade"),
                HandshakeField("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="),
                HandshakeField("Sec-WebSocket-Version", "13"), HandshakeField("Sec-WebSocket-Protocol", "realtime, b"),
                HandshakeField("Sec-WebSocket-Extensions", "x"),
            ]
        )
        #expect(ClientHandshake(nonce: Self.nonce).requestFields.count == 4)
    }

    @Test func accepts() {
        #expect(Self.verify(Self.good) == .success(ClientHandshake.Accepted()))
    }

    /// E2: whatever is not 101, redirects and 1xx among them.
    @Test(arguments: [100, 200, 204, 301, 307, 400, 401, 403, 429, 500, 503])
    func refused(_ status: Int) {
        #expect(Self.verify(Self.good, status: status) == .failure(.refused(status: status)))
    }

    /// E3.
    @Test func acceptValue() {
        let rest = Self.good(without: "sec-websocket-accept")
        #expect(Self.verify(rest) == .failure(.acceptMissing))
        for wrong in ["", "s3pPLMBiTxaQ9kYGzzhZRbK+xOO=", "S3pPLMBiTxaQ9kYGzzhZRbK+xOo=", "dGhlIHNhbXBsZSBub25jZQ=="] {
            let fields = rest + [HandshakeField("Sec-WebSocket-Accept", wrong)]
            #expect(Self.verify(fields) == .failure(.acceptWrong))
        }
        #expect(Self.verify(Self.good + [Self.good[2]]) == .failure(.acceptWrong))
    }

    @Test func upgradeAndConnection() {
        #expect(Self.verify(Self.good(without: "upgrade")) == .failure(.upgradeMissing))
        #expect(Self.verify(Self.good(without: "connection")) == .failure(.connectionMissing))
        let h2c = Self.good(without: "upgrade") + [HandshakeField("Upgrade", "h2c, websocket")]
        #expect(Self.verify(h2c) == .failure(.upgradeMissing))
        let close = Self.good(without: "connection") + [HandshakeField("Connection", "close")]
        #expect(Self.verify(close) == .failure(.connectionMissing))
    }

    /// E3: only what was offered, and at most once.
    @Test func subprotocol() {
        let chosen = Self.good + [HandshakeField("Sec-WebSocket-Protocol", "realtime")]
        #expect(
            Self.verify(chosen, subprotocols: ["a", "realtime"])
                == .success(ClientHandshake.Accepted(subprotocol: "realtime"))
        )
        #expect(Self.verify(chosen) == .failure(.subprotocolNotOffered))
        #expect(Self.verify(chosen, subprotocols: ["Realtime"]) == .failure(.subprotocolNotOffered))
        let twice = chosen + [HandshakeField("Sec-WebSocket-Protocol", "realtime")]
        #expect(Self.verify(twice, subprotocols: ["realtime"]) == .failure(.subprotocolNotOffered))
        #expect(Self.verify(Self.good, subprotocols: ["a"]) == .success(ClientHandshake.Accepted()))
    }

    @Test func extensions() {
        let answered = Self.good + [HandshakeField("Sec-WebSocket-Extensions", "permessage-deflate")]
        #expect(Self.verify(answered) == .failure(.extensionNotOffered))
        #expect(
            Self.verify(answered, extensions: "permessage-deflate")
                == .success(ClientHandshake.Accepted(extensions: "permessage-deflate"))
        )
    }

    @Test func codesDiffer() {
        let failures: [ClientHandshakeFailure] = [
            .refused(status: 500), .upgradeMissing, .connectionMissing, .acceptMissing, .acceptWrong,
            .subprotocolNotOffered, .extensionNotOffered,
        ]
        #expect(Set(failures.map(\.code)).count == failures.count)
    }

    /// Both halves agree with each other.
    @Test func meetsTheServer() throws {
        let client = ClientHandshake(nonce: Array(0..<16), subprotocols: ["a", "b"])
        let request = try ServerHandshake.evaluate(method: "GET", httpMinorVersion: 1, fields: client.requestFields)
            .get()
        let answer = ServerHandshake.responseFields(for: request, subprotocol: "b")
        #expect(client.verify(status: 101, fields: answer) == .success(ClientHandshake.Accepted(subprotocol: "b")))
    }
}
