// What holds for every call.

import HTTPFraming
import Testing

@testable import Console

@Suite struct EndpointTests {
    @Test("whatever is not a GET changes something, and takes a schema or no body")
    func methods() {
        for endpoint in RouteTable.all {
            #expect(endpoint.changesState == (endpoint.method != .get))
            #expect(endpoint.method != .get || endpoint.body == nil, "\(endpoint.name)")
            #expect(endpoint.path.text.hasPrefix("/api/"))
            #expect(endpoint.summary.hasSuffix("."))
        }
    }

    @Test("only the document and signing in are for anyone")
    func openCalls() {
        let open = RouteTable.all.filter { if case .anyone = $0.audience { true } else { false } }
        #expect(Set(open.map(\.name)) == ["signIn", "getDocument"])
    }

    @Test("holders of keys look at themselves and their usage, and can sign out")
    func callsForHolders() {
        let calls = RouteTable.all.filter { if case .everybody = $0.audience { true } else { false } }
        #expect(Set(calls.map(\.name)) == ["getMe", "signOut", "getUsage", "listUsageRows", "exportUsage"])
    }
}
