// What an upgrade request asks for, read before anything is decided (protocol: realtime §1; RFC 6455 §4.2.1).

import HTTPFraming
import SessionCore
import Testing
import WebSocketFraming

@testable import Relay

@Suite("RealtimeRequest")
struct RealtimeRequestTests {
    private func head(
        _ query: String? = "model=talk",
        _ more: [(String, String)] = [],
        body: BodyFraming = .none
    ) -> RequestHead {
        let fields = [
            ("host", "a"), ("connection", "Upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "13"),
            ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ]
        return RequestHead(
            method: .get,
            target: "/v1/realtime",
            path: "/v1/realtime",
            query: query,
            fields: HeaderFields(fields + more),
            body: body,
            isUpgrade: true
        )
    }

    private func code(_ head: RequestHead) -> String? {
        do throws(RelayError) {
            _ = try RealtimeRequest(head)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("the model is the first that the query names; an empty one is none")
    func model() throws {
        #expect(try RealtimeRequest(self.head("a=b&model=org%2Ftalk&model=x")).model == "org/talk")
        #expect(try RealtimeRequest(self.head("model=")).model == nil)
        #expect(try RealtimeRequest(self.head(nil)).model == nil)
    }

    @Test("what names neither model, intent nor call leaves the model to the first message")
    func form() throws {
        for query in ["model=talk", "model=", "intent=transcription", "call_id=rtc_1", "a=b&model=x"] {
            #expect(try RealtimeRequest(self.head(query)).form == .query)
        }
        for query in [nil, "", "a=b", "key=k"] {
            #expect(try RealtimeRequest(self.head(query)).form == .compact)
        }
    }

    @Test("§11: the beta is asked for by subprotocol or by field, among others there")
    func beta() throws {
        #expect(try RealtimeRequest(self.head(nil, [("openai-beta", "assistants=v2, realtime=v1")])).wantsBeta)
        #expect(try !RealtimeRequest(self.head(nil, [("openai-beta", "assistants=v2")])).wantsBeta)
    }

    @Test("only intent=transcription is a transcription session")
    func transcription() throws {
        #expect(try RealtimeRequest(self.head("intent=transcription")).isTranscription)
        #expect(try !RealtimeRequest(self.head("intent=other&transcription=1")).isTranscription)
    }

    @Test("of the subprotocols only `realtime` is selected, and the beta is seen")
    func subprotocols() throws {
        let some = try RealtimeRequest(
            self.head(nil, [("sec-websocket-protocol", "openai-beta.realtime-v1, openai-insecure-api-key.k, realtime")])
        )
        #expect(some.selectedSubprotocol == "realtime")
        #expect(some.wantsBeta)
        let others = try RealtimeRequest(
            self.head(nil, [("sec-websocket-protocol", "chat, openai-insecure-api-key.k")])
        )
        #expect(others.selectedSubprotocol == nil)
        #expect(!others.wantsBeta)
    }

    @Test("a browser is what sends an origin and its key in a subprotocol, both")
    func browser() throws {
        let origin = ("origin", "https://a")
        let key = ("sec-websocket-protocol", "openai-insecure-api-key.k")
        #expect(try RealtimeRequest(self.head(nil, [origin, key])).isBrowser)
        #expect(try !RealtimeRequest(self.head(nil, [origin])).isBrowser)
        #expect(try !RealtimeRequest(self.head(nil, [key])).isBrowser)
        #expect(try !RealtimeRequest(self.head(nil, [origin, ("sec-websocket-protocol", "realtime")])).isBrowser)
    }

    @Test(
        "the console's own page is known by its name",
        arguments: [
            ("https://a", true), ("http://A", true), ("https://a:8443", false), ("https://b", false), ("null", false),
            ("ftp://a", false), ("https://a.b", false),
        ]
    )
    func ownPage(_ origin: String, _ isOwn: Bool) throws {
        #expect(try RealtimeRequest(self.head(nil, [("origin", origin)])).isOwnPage == isOwn)
    }

    @Test("a body, a query that cannot be read, and two origins are refused")
    func refused() {
        #expect(self.code(self.head(body: .length(1))) == "unexpected_body")
        #expect(self.code(self.head(body: .chunked)) == "unexpected_body")
        #expect(self.code(self.head(body: .length(0))) == nil)
        #expect(self.code(self.head("model=%zz")) == HTTPViolation.invalidQuery.code)
        #expect(self.code(self.head("x=%0a")) == HTTPViolation.invalidQuery.code)
        #expect(self.code(self.head(nil, [("origin", "https://a"), ("origin", "https://a")])) == "duplicate_origin")
    }

    @Test("a request without upgrade is told which one it needs")
    func noUpgrade() {
        var head = self.head()
        head.fields = HeaderFields([("host", "a")])
        #expect(self.code(head) == "upgrade_required")
        head = self.head()
        head.method = .post
        #expect(self.code(head) == "method_not_allowed")
    }
}
