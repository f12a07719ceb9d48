// RFC 7692 §5.1, §7.1; robustness rows B12 and D7, Autobahn 13.*.

import Testing
import WebSocketFraming

struct DeflateNegotiationTests {
    static let plain = DeflateSettings()
    static let keeping = DeflateSettings(allowsContextTakeover: true)
    static let small = DeflateSettings(allowsContextTakeover: true, windowBits: 10)

    // MARK: Server

    @Test(arguments: [
        ("permessage-deflate", "permessage-deflate"),
        ("permessage-deflate; client_max_window_bits", "permessage-deflate"),
        ("permessage-deflate; server_no_context_takeover", "permessage-deflate; server_no_context_takeover"),
        ("permessage-deflate; client_no_context_takeover", "permessage-deflate; client_no_context_takeover"),
        ("permessage-deflate; server_max_window_bits=9", "permessage-deflate; server_max_window_bits=9"),
        ("permessage-deflate; server_max_window_bits=15", "permessage-deflate; server_max_window_bits=15"),
        ("permessage-deflate; server_max_window_bits=\"8\"", "permessage-deflate; server_max_window_bits=8"),
        ("permessage-deflate; client_max_window_bits=11", "permessage-deflate; client_max_window_bits=11"),
        ("permessage-deflate; client_max_window_bits=15", "permessage-deflate"),
        ("x, permessage-deflate ;  client_max_window_bits ", "permessage-deflate"),
    ])
    func serverAccepts(_ offer: String, _ response: String) {
        #expect(DeflateNegotiation.accept(offer, settings: Self.keeping)?.response == response)
    }

    /// B12: declined, never failed.
    @Test(arguments: [
        "", ",", ";", "constructor", "x-webkit-deflate-frame", "permessage-bzip2", "permessage-deflate=1",
        "permessage-deflate; unknown", "permessage-deflate; __proto__=1",
        "permessage-deflate; server_max_window_bits", "permessage-deflate; server_max_window_bits=",
        "permessage-deflate; server_max_window_bits=7", "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=99", "permessage-deflate; server_max_window_bits=08",
        "permessage-deflate; server_max_window_bits=-9", "permessage-deflate; server_max_window_bits=9x",
        "permessage-deflate; server_max_window_bits=99999999999999999999999",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=", "permessage-deflate; client_max_window_bits=\"\"",
        "permessage-deflate; server_no_context_takeover=1", "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; client_max_window_bits; client_max_window_bits=9",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate;", "permessage-deflate; ;", "permessage-deflate; server_max_window_bits=\"10",
        "permessage-deflate; \u{0}", "Permessage-Deflate", "\"permessage-deflate\"",
    ])
    func serverDeclines(_ offer: String) {
        for settings in [Self.plain, Self.keeping, Self.small] {
            #expect(DeflateNegotiation.accept(offer, settings: settings) == nil)
        }
        // A good offer behind one that is understood but unacceptable still counts.
        if ExtensionList.parse(offer) != nil {
            #expect(DeflateNegotiation.accept(offer + ", permessage-deflate", settings: Self.plain) != nil)
        }
    }

    @Test func noOffer() {
        #expect(DeflateNegotiation.accept(nil, settings: Self.keeping) == nil)
    }

    /// Without takeover both sides are told so, offered or not.
    @Test func serverWithoutTakeover() {
        let agreement = DeflateNegotiation.accept("permessage-deflate", settings: Self.plain)
        #expect(
            agreement?.response == "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        )
        #expect(agreement?.parameters.serverNoContextTakeover == true)
        #expect(agreement?.parameters.clientNoContextTakeover == true)
    }

    /// §7.1.2: our own window may be said unasked, the client's only when it offered that.
    @Test func serverWithSmallWindow() {
        let unasked = DeflateNegotiation.accept("permessage-deflate", settings: Self.small)
        #expect(unasked?.response == "permessage-deflate; server_max_window_bits=10")
        #expect(unasked?.parameters == DeflateParameters(serverMaxWindowBits: 10))
        let offered = DeflateNegotiation.accept(
            "permessage-deflate; client_max_window_bits=12; server_max_window_bits=9",
            settings: Self.small
        )
        #expect(offered?.response == "permessage-deflate; server_max_window_bits=9; client_max_window_bits=10")
        #expect(offered?.parameters == DeflateParameters(serverMaxWindowBits: 9, clientMaxWindowBits: 10))
    }

    // MARK: Client

    @Test func clientOffers() {
        #expect(DeflateNegotiation.offer(Self.keeping) == "permessage-deflate; client_max_window_bits")
        #expect(
            DeflateNegotiation.offer(Self.plain)
                == "permessage-deflate; server_no_context_takeover; client_no_context_takeover; client_max_window_bits"
        )
        #expect(
            DeflateNegotiation.offer(Self.small)
                == "permessage-deflate; server_max_window_bits=10; client_max_window_bits=10"
        )
    }

    @Test func clientAccepts() {
        func verify(_ answer: String?, _ settings: DeflateSettings) -> DeflateParameters?? {
            try? DeflateNegotiation.verify(answer, settings: settings).get()
        }
        #expect(verify(nil, Self.plain) == .some(nil))
        #expect(verify("permessage-deflate", Self.keeping) == DeflateParameters())
        let all =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover; "
            + "server_max_window_bits=12; client_max_window_bits=9"
        let parameters = DeflateParameters(
            serverNoContextTakeover: true,
            clientNoContextTakeover: true,
            serverMaxWindowBits: 12,
            clientMaxWindowBits: 9
        )
        #expect(verify(all, Self.keeping) == parameters)
        #expect(verify(all, Self.plain) == parameters)
        // What we announced for our own side holds without the server's repeating it.
        #expect(
            verify("permessage-deflate; server_no_context_takeover", Self.plain)
                == DeflateParameters(serverNoContextTakeover: true, clientNoContextTakeover: true)
        )
        #expect(
            verify("permessage-deflate; server_max_window_bits=10", Self.small)
                == DeflateParameters(serverMaxWindowBits: 10, clientMaxWindowBits: 10)
        )
    }

    /// D7.
    @Test(arguments: [
        "", "x", "permessage-deflate, permessage-deflate", "permessage-deflate, x", "permessage-deflate; unknown",
        "permessage-deflate; server_max_window_bits=7", "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits", "permessage-deflate; client_max_window_bits",
        "permessage-deflate; client_max_window_bits=99", "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
    ])
    func clientRefuses(_ answer: String) {
        #expect(DeflateNegotiation.verify(answer, settings: Self.keeping) == .failure(.extensionInvalid))
    }

    /// §7.1.1.1, §7.1.2.1: demands that the answer passes over.
    @Test func clientRefusesLessThanItDemanded() {
        #expect(DeflateNegotiation.verify("permessage-deflate", settings: Self.plain) == .failure(.extensionInvalid))
        for answer in ["permessage-deflate", "permessage-deflate; server_max_window_bits=11"] {
            #expect(DeflateNegotiation.verify(answer, settings: Self.small) == .failure(.extensionInvalid))
        }
    }

    /// Both halves agree, through both handshakes.
    @Test func endToEnd() throws {
        for client in [Self.plain, Self.keeping, Self.small] {
            for server in [Self.plain, Self.keeping, Self.small] {
                let handshake = ClientHandshake(
                    nonce: Array(0..<16),
                    extensions: DeflateNegotiation.offer(client)
                )
                let request = try ServerHandshake.evaluate(
                    method: "GET",
                    httpMinorVersion: 1,
                    fields: handshake.requestFields
                ).get()
                let agreement = try #require(DeflateNegotiation.accept(request.extensions, settings: server))
                let answer = ServerHandshake.responseFields(
                    for: request,
                    subprotocol: nil,
                    extensions: agreement.response
                )
                let accepted = try handshake.verify(status: 101, fields: answer).get()
                let parameters = try #require(
                    try DeflateNegotiation.verify(accepted.extensions, settings: client).get()
                )
                #expect(parameters.sent(by: .server) == agreement.parameters.sent(by: .server))
                // Our own side may be more modest than it must, never less.
                let theirs = parameters.sent(by: .client)
                let ours = agreement.parameters.sent(by: .client)
                #expect(theirs.windowBits <= ours.windowBits)
                #expect(!theirs.keepsContext || ours.keepsContext)
            }
        }
    }
}
