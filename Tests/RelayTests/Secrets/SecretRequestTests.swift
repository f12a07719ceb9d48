// What may be asked of the endpoints that mint secrets (protocol: realtime §2).

import SessionCore
import Testing

@testable import Relay

@Suite("SecretRequest")
struct SecretRequestTests {
    private func read(_ text: String, _ shape: SecretRequest.Shape = .current) throws(RelayError) -> SecretRequest {
        try SecretRequest(Array(text.utf8), shape: shape)
    }

    @Test("defaults, bounds and our own maximum")
    func good() throws {
        let plain = try self.read(#"{"session":{"type":"realtime","model":"talk"}}"#)
        #expect(plain.seconds == 600 && plain.model == "talk" && plain.maximumSeconds == nil && !plain.isTranscription)
        let full = try self.read(
            #"{"expires_after":{"anchor":"created_at","seconds":10},"session":{"type":"transcription"},"#
                + #""max_session_seconds":60}"#
        )
        #expect(full.seconds == 10 && full.isTranscription && full.maximumSeconds == 60 && full.model == nil)
        let older = try self.read(#"{"model":"talk","voice":"ash","max_session_seconds":5}"#, .older)
        #expect(older.seconds == 60 && older.maximumSeconds == 5)
        #expect(String(decoding: older.session, as: UTF8.self) == #"{"model":"talk","voice":"ash"}"#)
        #expect(try self.read("").model == nil)
    }

    @Test(
        "what cannot be kept is refused",
        arguments: [
            ("[]", "invalid_json"), ("{", "invalid_json"), (#"{"session":[]}"#, "invalid_value"),
            (#"{"session":{"model":1}}"#, "invalid_value"), (#"{"session":{"a":1,"a":2}}"#, "invalid_json"),
            (#"{"session":{"o":{"a":1,"a":2}}}"#, "invalid_json"),
            (#"{"expires_after":{"seconds":9}}"#, "invalid_value"),
            (#"{"expires_after":{"seconds":7201}}"#, "invalid_value"),
            (#"{"expires_after":{"seconds":1e9}}"#, "invalid_value"),
            (#"{"expires_after":{"anchor":"now","seconds":60}}"#, "invalid_value"),
            (#"{"expires_after":60}"#, "invalid_value"), (#"{"max_session_seconds":0}"#, "invalid_value"),
            (#"{"max_session_seconds":"x"}"#, "invalid_value"),
        ]
    )
    func bad(text: String, code: String) {
        do throws(RelayError) {
            _ = try self.read(text)
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.code == code && error.status == 400)
        }
    }

    @Test("a configuration beyond the bound is refused")
    func large() {
        let filling = String(repeating: "a", count: SecretLimits.sessionBytes)
        do throws(RelayError) {
            _ = try self.read(#"{"session":{"instructions":"\#(filling)"}}"#)
            Issue.record("accepted")
        } catch {
            #expect(error.status == 413)
        }
    }
}
