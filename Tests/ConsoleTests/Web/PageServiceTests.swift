// What is told about the pages, and to whom they are told.

import EventLoop
import HTTPFraming
import SessionCore
import Testing

@testable import Console
@testable import Transport

@Suite struct PageServiceTests {
    private func get(
        _ path: String,
        _ fields: [(String, String)] = [ConsoleStage.host],
        method: HTTPMethod = .get,
        hasAdminKey: Bool = false,
        peer: SocketAddress = .loopback(port: 9)
    ) -> HTTPAnswer {
        let head = RequestHead(method: method, target: path, path: path, query: nil, fields: HeaderFields(fields))
        return PageService(hasAdminKey: hasAdminKey)
            .answer(head, ConsoleStage.visitor(fields, peer: peer), RequestID.make())
    }

    @Test(arguments: ["/", "/assets/app.js", "/assets/styles/base.css", "/favicon.svg"])
    func aFileComesWithItsTypeTagAndPolicy(_ path: String) {
        let answer = self.get(path)
        #expect(answer.status == 200 && !answer.body.isEmpty)
        #expect(answer.fields["content-type"] == PageFiles.byPath[path]?.mediaType)
        #expect(answer.fields["etag"] == PageFiles.byPath[path]?.tag)
        #expect(answer.fields["cache-control"] == "no-cache")
        #expect(answer.fields["x-content-type-options"] == "nosniff")
        #expect(answer.fields["referrer-policy"] == "no-referrer")
    }

    @Test func thePolicyAllowsNothingInline() throws {
        let policy = try #require(self.get("/").fields["content-security-policy"])
        #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
        #expect(!policy.contains("unsafe") && !policy.contains("http") && !policy.contains("*"))
    }

    @Test(arguments: ["TAG", "W/TAG", "\"other\", TAG", "*"])
    func whoHasItIsToldSo(_ given: String) throws {
        let tag = try #require(PageFiles.byPath["/"]).tag
        let answer = self.get("/", [ConsoleStage.host, ("if-none-match", given.replacing("TAG", with: tag))])
        #expect(answer.status == 304 && answer.body.isEmpty)
        #expect(self.get("/", [ConsoleStage.host, ("if-none-match", "\"other\"")]).status == 200)
    }

    @Test func otherMethodsAndPathsAreRefused() {
        #expect(self.get("/", method: .post).status == 405)
        #expect(self.get("/", method: .head).status == 200)
        #expect(self.get("/assets/nothing.js").status == 404)
        #expect(self.get("/assets/../app.js").status == 404)
    }

    @Test func withoutAnAdminKeyThereAreNoPagesBeyondThisMachine() throws {
        let elsewhere = try #require(SocketAddress(ip: "192.0.2.7", port: 9))
        #expect(self.get("/", peer: elsewhere).status == 403)
        #expect(self.get("/", [("host", "rebound.example")]).status == 403)
        #expect(self.get("/", [ConsoleStage.host, ("x-forwarded-for", "192.0.2.7")]).status == 403)
        #expect(self.get("/", hasAdminKey: true, peer: elsewhere).status == 200)
    }

    @Test func thePathsAreKnown() {
        #expect(["/", "/assets/app.js", "/favicon.svg"].allSatisfy(PageService.serves))
        #expect(!["/v1/models", "/assets", "/healthz", ""].contains(where: PageService.serves))
    }
}
