// Every error says a reason and what to do, on one line, and whose fault it is.

import Testing

@testable import OpenSSLTLS

struct TLSErrorTests {
    private static let all: [(TLSError, TLSError.Blame)] = [
        (.configuration(file: "a.pem", reason: "cannot be read"), .configuration),
        (.configuration(file: "", reason: "cannot be used"), .configuration),
        (.invalidServerName(""), .configuration),
        (.certificateUntrusted("self-signed certificate"), .peer),
        (.certificateExpired, .peer),
        (.certificateNotYetValid, .peer),
        (.hostnameMismatch, .peer),
        (.notTLS, .peer),
        (.protocolVersion, .peer),
        (.alpnMismatch, .peer),
        (.handshakeFailed("no shared cipher"), .peer),
        (.peerAlert("unknown ca"), .peer),
        (.protocolViolation("bad mac"), .peer),
        (.truncated, .peer),
        (.outputFull, .ourselves),
        (.internalError("no memory"), .ourselves),
    ]

    @Test func saysWhoseFaultItIs() {
        for (error, blame) in Self.all { #expect(error.blame == blame) }
    }

    @Test func saysSomethingOfItsOwnOnOneLine() {
        let texts = Self.all.map { $0.0.description }
        #expect(Set(texts).count == texts.count)
        for text in texts { #expect(!text.isEmpty && !text.contains { $0.isNewline }) }
    }

    @Test func namesTheFile() {
        #expect(TLSError.configuration(file: "a.pem", reason: "is empty").description == "a.pem: is empty")
        #expect(TLSError.configuration(file: "", reason: "is empty").description == "is empty")
    }
}
