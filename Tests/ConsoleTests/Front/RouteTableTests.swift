// Which path and method lead where; spellings that another server might read differently lead nowhere.

import HTTPFraming
import Testing

@testable import Console

@Suite struct RouteTableTests {
    private func name(_ method: HTTPMethod, _ path: String) -> String {
        switch RouteTable.match(method, path) {
        case .found(let endpoint, _): endpoint.name
        case .otherMethods(let allow): "allow \(allow)"
        case .nothing: "nothing"
        }
    }

    @Test("paths find their calls")
    func paths() {
        #expect(self.name(.get, "/api/keys") == "listKeys")
        #expect(self.name(.head, "/api/keys") == "listKeys")
        #expect(self.name(.post, "/api/keys/key_1/rotate") == "rotateKey")
        #expect(self.name(.get, "/api/usage.csv") == "exportUsage")
        #expect(self.name(.put, "/api/keys") == "allow POST, GET, HEAD, OPTIONS")
        #expect(self.name(.get, "/api/keys/key_1/rotate") == "allow POST, OPTIONS")
        #expect(self.name(.options, "/api/me") == "allow GET, HEAD, OPTIONS")
    }

    @Test(
        "no other spelling finds them",
        arguments: [
            "/api", "/api/", "/api/keys/", "/api//keys", "/api/./keys", "/api/keys/..", "/API/keys", "/api/%6beys",
            "/api/keys/%2e%2e", "/api/keys/a/b", "/api/keys/%00", "/api/keys/%ff", "/api/keys\\x",
        ]
    )
    func otherSpellings(path: String) {
        #expect(self.name(.get, path) == "nothing")
    }

    @Test("parameters are decoded")
    func parameters() {
        guard case .found(_, let parameters) = RouteTable.match(.get, "/api/keys/a%2Fb") else {
            Issue.record("not found")
            return
        }
        #expect(parameters == ["key_id": "a/b"])
    }

    @Test("names and places are unique")
    func uniqueness() {
        let all = RouteTable.all
        #expect(Set(all.map(\.name)).count == all.count)
        #expect(Set(all.map { "\($0.method.text) \($0.path.text)" }).count == all.count)
    }
}
