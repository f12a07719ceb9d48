// Protocol reference §1 and §1.1: where a key travels.

import RTCatCore
import Testing

@Suite struct CredentialTests {
    @Test func programsSendAHeader() throws {
        let credential = try Credential(key: "sk-1", asBrowserAt: nil, usesBetaShape: false)
        #expect(credential.headers == [try HeaderLine("Authorization: Bearer sk-1")])
        #expect(credential.subprotocols.isEmpty)
    }

    @Test func browsersSendSubprotocolsInOrderAndAnOrigin() throws {
        let credential = try Credential(key: "sk-1", asBrowserAt: "https://a.example", usesBetaShape: true)
        #expect(credential.headers == [try HeaderLine("Origin: https://a.example")])
        #expect(
            credential.subprotocols == ["realtime", "openai-insecure-api-key.sk-1", "openai-beta.realtime-v1"]
        )
    }

    @Test func betaIsAHeaderForPrograms() throws {
        let credential = try Credential(key: nil, asBrowserAt: nil, usesBetaShape: true)
        #expect(credential.headers == [try HeaderLine("OpenAI-Beta: realtime=v1")])
    }

    @Test func aKeyThatIsNoTokenCannotBeASubprotocol() {
        #expect(throws: HeaderLineError.badValue("--key")) {
            try Credential(key: "a,b", asBrowserAt: "https://a.example", usesBetaShape: false)
        }
    }

    @Test func nothingIsSentWithoutKey() throws {
        let credential = try Credential(key: nil, asBrowserAt: nil, usesBetaShape: false)
        #expect(credential.headers.isEmpty && credential.subprotocols.isEmpty)
    }
}
