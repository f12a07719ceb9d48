// The opening of a session: what is refused, with which status and words and without a dial (design: Errors), how a browser
// is told (protocol: realtime §1.1), and what a client sees of upstreams that refuse, break or stay silent (E1-E5).

import EventLoop
import Foundation
import OpenSSLTLS
import SessionCore
import TestSupport
import Testing
import Transport
import WebSocketFraming

@testable import Relay

@Suite("RealtimeOpening", .ownThread)
struct RealtimeOpeningTests {
    // MARK: Refusals before a dial

    /// One row of the table of errors.
    struct Row: CustomTestStringConvertible, Sendable {
        let name: String
        let status: Int
        let type: String
        let code: String
        var close: UInt16 = 4000
        var query = "?model=talk"
        var fields: String?
        var method = "GET"
        /// Nil leaves the handshake as it should be.
        var handshake: String?
        var plan: @Sendable (inout RelayPlan) -> Void = { _ in }
        var testDescription: String { self.name }
    }

    private static let keyRows: [Row] = [
        Row(
            name: "no credential",
            status: 401,
            type: "authentication_error",
            code: "authentication_failed",
            close: 3000,
            fields: ""
        ),
        Row(
            name: "unknown key",
            status: 401,
            type: "invalid_request_error",
            code: "invalid_api_key",
            close: 3000,
            fields: "Authorization: Bearer sk-lw-nobody\r\n"
        ),
        Row(
            name: "two keys that disagree",
            status: 400,
            type: "invalid_request_error",
            code: "conflicting_credentials",
            fields: "Authorization: Bearer one\r\nX-Api-Key: two\r\n"
        ),
        Row(
            name: "expired key",
            status: 401,
            type: "authentication_error",
            code: "api_key_expired",
            close: 3000,
            plan: { $0.describeKey = { $0.expiresAt = Date(timeIntervalSince1970: 1) } }
        ),
        Row(
            name: "revoked key",
            status: 401,
            type: "authentication_error",
            code: "api_key_revoked",
            close: 3000,
            plan: { $0.describeKey = { $0.revokedAt = Date(timeIntervalSince1970: 1) } }
        ),
        Row(
            name: "address",
            status: 403,
            type: "permission_error",
            code: "ip_not_allowed",
            close: 3003,
            plan: { $0.describeKey = { $0.addresses = [CIDRBlock("10.0.0.0/8")].compactMap { $0 } } }
        ),
        Row(
            name: "model not allowed",
            status: 403,
            type: "permission_error",
            code: "model_not_allowed",
            close: 3003,
            plan: { $0.describeKey = { $0.models = ["other"] } }
        ),
        Row(
            name: "model that is neither allowed nor there",
            status: 403,
            type: "permission_error",
            code: "model_not_allowed",
            close: 3003,
            query: "?model=secret-model",
            plan: { $0.describeKey = { $0.models = ["talk"] } }
        ),
    ]

    private static let otherRows: [Row] = [
        Row(
            name: "unknown model",
            status: 404,
            type: "invalid_request_error",
            code: "model_not_found",
            close: 4004,
            query: "?model=nothing"
        ),
        Row(
            name: "no model for a purpose",
            status: 400,
            type: "invalid_request_error",
            code: "missing_required_parameter",
            query: "?intent=realtime"
        ),
        Row(
            name: "empty model",
            status: 400,
            type: "invalid_request_error",
            code: "missing_required_parameter",
            query: "?model="
        ),
        Row(
            name: "origin",
            status: 403,
            type: "permission_error",
            code: "origin_not_allowed",
            close: 3003,
            plan: { $0.origins = ["https://app.example.com"] }
        ),
        Row(
            name: "too many sessions on the loop",
            status: 503,
            type: "api_error",
            code: "service_unavailable",
            close: 1013,
            plan: { $0.settings.sessionsPerLoop = 0 }
        ),
        Row(
            name: "model without a route",
            status: 503,
            type: "api_error",
            code: "service_unavailable",
            close: 1013,
            plan: { $0.models = [Model(id: "talk", routes: [Route(upstream: "nowhere", model: "x")])] }
        ),
    ]

    private static let handshakeRows: [Row] = [
        Row(name: "no upgrade", status: 426, type: "invalid_request_error", code: "upgrade_required", handshake: ""),
        Row(
            name: "wrong version",
            status: 426,
            type: "invalid_request_error",
            code: "unsupported_websocket_version",
            handshake: RelayStage.handshake.replacingOccurrences(of: "Version: 13", with: "Version: 8")
        ),
        Row(
            name: "POST",
            status: 405,
            type: "invalid_request_error",
            code: "method_not_allowed",
            method: "POST"
        ),
        Row(
            name: "bad key of the handshake",
            status: 400,
            type: "invalid_request_error",
            code: "invalid_websocket_key",
            handshake: RelayStage.handshake.replacingOccurrences(of: "dGhlIHNhbXBsZSBub25jZQ==", with: "short")
        ),
        Row(
            name: "two origins",
            status: 400,
            type: "invalid_request_error",
            code: "duplicate_origin",
            fields: "Origin: https://a\r\nOrigin: https://b\r\n"
        ),
        Row(
            name: "a body",
            status: 400,
            type: "invalid_request_error",
            code: "unexpected_body",
            fields: "Content-Length: 1\r\n"
        ),
    ]

    @Test(
        "a refusal tells status, body and request id, and dials nobody",
        arguments: keyRows + otherRows + handshakeRows
    )
    func refusal(row: Row) throws {
        let stage = try RelayStage(row.plan)
        let fields =
            (row.handshake ?? RelayStage.handshake) + (row.fields ?? stage.bearer)
            + (row.code == "origin_not_allowed" ? "Origin: https://evil.example\r\n" : "")
            + "X-Request-Id: mine-1\r\n"
        let client = try stage.client(row.method, "/v1/realtime\(row.query)", fields)
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == row.status)
        let told = try ToldError(answer.body)
        #expect(told.type == row.type)
        #expect(told.code == row.code)
        #expect(!told.message.isEmpty)
        #expect(answer.head["x-request-id"] == "mine-1")
        #expect(answer.head["request-id"] == "mine-1")
        #expect(answer.head["content-type"] == "application/json")
        #expect(answer.head["www-authenticate"] == (row.status == 401 ? "Bearer" : nil))
        #expect(answer.head["upgrade"] == (row.status == 426 ? "websocket" : nil))
        #expect(answer.head["sec-websocket-version"] == (row.status == 426 ? "13" : nil))
        #expect(answer.head["allow"] == (row.status == 405 ? "GET" : nil))
        #expect((answer.head["retry-after"] != nil) == (row.status == 503))
        #expect(stage.dials == 0)
        #expect(stage.log.entries("refused").map { $0["reason"] } == [row.code])
        stage.expectNothingLeft(client)
    }

    @Test("a browser is told inside the session: 101, error event, close", arguments: keyRows + otherRows)
    func browser(row: Row) throws {
        // A browser can show its key in a subprotocol alone, so rows about other carriers do not concern it.
        guard row.code != "authentication_failed", row.code != "conflicting_credentials" else { return }
        let stage = try RelayStage(row.plan)
        let key = row.code == "invalid_api_key" ? "sk-lw-nobody" : stage.key
        let client = try stage.realtimeClient(
            row.query,
            "Origin: https://page.example\r\nSec-WebSocket-Protocol: realtime, openai-insecure-api-key.\(key)\r\n"
        )
        let head = try #require(stage.head(at: client))
        #expect(head.status == 101)
        #expect(head["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
        #expect(head.values("sec-websocket-protocol") == ["realtime"])
        let event = try #require(stage.frame(at: client))
        let told = try ToldError(event.payload)
        #expect(told.type == row.type && told.code == row.code)
        let close = try #require(stage.frame(at: client))
        #expect(close.closeCode == row.close)
        #expect(close.closeReason == "\(row.type).\(row.code)")
        #expect(stage.dials == 0)
        client.say(WireFrame.close(row.close).masked)
        #expect(stage.run { client.end == .closed })
        stage.expectNothingLeft(client)
    }

    @Test("a draining relay refuses")
    func draining() throws {
        let stage = try RelayStage()
        stage.service.drain()
        let client = try stage.realtimeClient()
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 503)
        #expect(try ToldError(answer.body).code == "service_unavailable")
        #expect(stage.dials == 0)
        stage.expectNothingLeft(client)
    }

    @Test("a store that does not answer is a 503 that tells nothing of it")
    func storeDown() throws {
        let stage = try RelayStage()
        stage.store.fail(with: .unavailable(location: "/secret/place", reason: "disk", remedy: "none"))
        let client = try stage.realtimeClient()
        let answer = try #require(stage.message(at: client))
        #expect(answer.status == 503)
        #expect(!answer.text.contains("secret"))
        #expect(stage.dials == 0)
        stage.expectNothingLeft(client)
    }

    @Test("a client that leaves while its key is looked up is not dialled for")
    func goneDuringLookUp() throws {
        let stage = try RelayStage()
        stage.store.hold()
        let client = try stage.realtimeClient()
        #expect(stage.run { stage.store.finds == 1 })
        client.reset()
        stage.settle()
        stage.store.release()
        let digest = SHA256Digest(hashing: stage.key)
        #expect(stage.run { stage.shared.keys.cached(digest, now: stage.clock.now.nanoseconds) != .miss })
        stage.settle()
        #expect(stage.dials == 0)
        stage.expectNothingLeft(client)
    }
}
