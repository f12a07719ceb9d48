// The six carriers of a key, their order, and what happens when they disagree (robustness B10, B14, G4).

import SessionCore
import Testing

@Suite("Credential reader")
struct CredentialReaderTests {
    private func read(
        _ headers: [(String, String)] = [],
        query: [(name: String, value: String)] = [],
        subprotocols: [String] = []
    ) -> CredentialReader.Finding {
        CredentialReader.read(
            header: { name in headers.filter { $0.0 == name }.map(\.1) },
            query: query,
            subprotocols: subprotocols
        )
    }

    @Test func nothingIsNothing() {
        #expect(read() == .none)
        #expect(read([("x-other", "k")], query: [("model", "m")], subprotocols: ["realtime"]) == .none)
    }

    @Test(arguments: [
        ("authorization", "Bearer K", Credential.Carrier.authorization), ("x-api-key", "K", .xAPIKey),
        ("x-goog-api-key", "K", .xGoogAPIKey), ("api-key", "K", .apiKey),
    ])
    func readsEachHeader(_ name: String, _ value: String, _ carrier: Credential.Carrier) {
        #expect(read([(name, value)]) == .one(Credential(carrier: carrier, text: "K")))
        #expect(read([(name, "\t \(value) \t")]) == .one(Credential(carrier: carrier, text: "K")))
    }

    @Test func readsTheQuery() {
        let found = read(query: [("model", "m"), ("key", "K"), ("keys", "x")])
        #expect(found == .one(Credential(carrier: .query, text: "K")))
    }

    /// Realtime reference §1.1: split only at the first dot after the known prefix.
    @Test(arguments: ["openai-insecure-api-key.", "xai-client-secret."])
    func readsSubprotocols(_ prefix: String) {
        let found = read(subprotocols: ["realtime", prefix + "sk-a.b_c.d", "openai-beta.realtime-v1"])
        #expect(found == .one(Credential(carrier: .subprotocol, text: "sk-a.b_c.d")))
        #expect(CredentialReader.carriesKey(subprotocol: prefix + "x"))
        #expect(!CredentialReader.carriesKey(subprotocol: "realtime"))
        #expect(!CredentialReader.carriesKey(subprotocol: prefix.uppercased() + "x"))
    }

    @Test func agreeingCarriersAreOneInReadingOrder() {
        let found = read(
            [("api-key", "K"), ("x-api-key", "K"), ("authorization", "bearer K")],
            query: [("key", "K")],
            subprotocols: ["openai-insecure-api-key.K"]
        )
        #expect(found == .one(Credential(carrier: .authorization, text: "K")))
    }

    @Test func disagreeingCarriersAreAConflict() {
        #expect(read([("authorization", "Bearer A")], query: [("key", "B")]) == .conflict([.authorization, .query]))
        #expect(read([("x-api-key", "A"), ("x-api-key", "B")]) == .conflict([.xAPIKey, .xAPIKey]))
        #expect(
            read([("x-api-key", "A")], subprotocols: ["openai-insecure-api-key.B"])
                == .conflict([.xAPIKey, .subprotocol])
        )
        #expect(read([("x-api-key", "A"), ("api-key", "a")]) == .conflict([.xAPIKey, .apiKey]))
    }

    @Test(arguments: ["Bearer", "Bearer ", "bearer \t", "", " "])
    func anEmptyValueIsNoCredential(_ value: String) {
        #expect(read([("authorization", value)]) == .none)
        #expect(read([("authorization", value), ("x-api-key", "K")]) == .one(Credential(carrier: .xAPIKey, text: "K")))
    }

    @Test(arguments: ["Bearer ' OR 1=1", "Bearer ключ", "Basic dTpw", "Bearerx", "B", "é", "Bearer \u{301}x"])
    func strangeValuesAreCredentialsOfNobody(_ value: String) {
        guard case .one(let credential) = read([("authorization", value)]) else {
            Issue.record("expected one credential")
            return
        }
        #expect(!credential.isWellFormed)
    }

    @Test func aHugeValueIsACredentialOfNobody() {
        let huge = String(repeating: "x", count: 65_536)
        #expect(read([("x-api-key", huge)]) == .one(Credential(carrier: .xAPIKey, text: huge)))
    }

    @Test func aCredentialIsNeverPrinted() {
        let credential = Credential(carrier: .query, text: "canary-1234")
        var dumped = ""
        dump(credential, to: &dumped)
        for shown in [
            "\(credential)", String(reflecting: credential), dumped, "\(CredentialReader.Finding.one(credential))",
        ] {
            #expect(!shown.contains("canary"))
        }
    }
}
