// What a client secret binds (protocol: realtime §2): settings win over the client's, in both spellings (§11).

import Foundation
import OpenSSLTLS
import SessionCore
import Testing

@testable import Relay

@Suite("BoundSession")
struct BoundSessionTests {
    private func bound(_ session: String) throws -> BoundSession {
        let now = Date(timeIntervalSince1970: 0)
        return try BoundSession(
            ClientSecret(
                digest: SHA256Digest(hashing: []),
                keyID: "key",
                model: "talk",
                session: session,
                createdAt: now,
                expiresAt: now
            )
        )
    }

    private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

    @Test("the configuration is sent first, without the model; none is sent for the model alone")
    func opening() throws {
        let session = #"{"type":"realtime","model":"talk","instructions":"be kind"}"#
        let event = self.text(try #require(try self.bound(session).opening()))
        #expect(event.hasPrefix(#"{"type":"session.update","event_id":"event_"#))
        #expect(event.hasSuffix(#","session":{"type":"realtime","instructions":"be kind"}}"#))
        #expect(try self.bound(#"{"type":"realtime","model":"talk"}"#).opening() == nil)
    }

    @Test("a later session.update keeps what is the client's and loses what is bound")
    func settings() throws {
        let bound = try self.bound(#"{"instructions":"be kind","audio":{"output":{"voice":"marin"}}}"#)
        let event =
            #"{"type":"session.update","session":{"model":"talk","instructions":"be rude","voice":"echo","#
            + #""audio":{"output":{"voice":"ash","speed":1.25}},"tools":[]}}"#
        #expect(
            self.text(try bound.settings(Array(event.utf8)))
                == #"{"type":"session.update","session":{"audio":{"output":{"speed":1.25,"voice":"marin"}},"tools":[],"#
                + #""instructions":"be kind"}}"#
        )
    }

    @Test("a response.create loses its overrides of what is bound")
    func turn() throws {
        let bound = try self.bound(#"{"instructions":"be kind","output_modalities":["text"]}"#)
        let event =
            #"{"type":"response.create","response":{"instructions":"be rude","modalities":["audio"],"metadata":{"a":"b"}}}"#
        #expect(
            self.text(try bound.turn(Array(event.utf8)))
                == #"{"type":"response.create","response":{"metadata":{"a":"b"}}}"#
        )
        let plain = #"{"type":"response.create"}"#
        #expect(self.text(try bound.turn(Array(plain.utf8))) == plain)
    }

    @Test("the model that transcribes is known")
    func transcription() throws {
        let session = #"{"type":"transcription","audio":{"input":{"transcription":{"model":"whisper-1"}}}}"#
        #expect(try self.bound(session).transcriptionModel == "whisper-1")
        #expect(try self.bound("{}").transcriptionModel == nil)
    }
}
