// A request as the simulator sees it: head fields and a whole body.

import Foundation

/// One header field.
package struct SimulatedHeader: Equatable, Sendable {
    package let name: String
    package let value: String

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    /// Field names are compared without regard to case (RFC 9110 §5.1).
    func isNamed(_ name: String) -> Bool {
        self.name.lowercased() == name
    }
}

/// One HTTP request.
package struct SimulatedHTTPRequest: Sendable {
    package var method: String
    package var target: String
    package var headers: [SimulatedHeader]
    package var body: [UInt8]

    package init(method: String, target: String, headers: [SimulatedHeader] = [], body: [UInt8] = []) {
        self.method = method
        self.target = target
        self.headers = headers
        self.body = body
    }
}

/// A request target cut into path and query (RFC 9112 §3.2.1), both decoded.
struct RequestTarget {
    let path: String
    private let items: [(name: String, value: String)]

    init(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        self.path = parts.first.map(Self.decode) ?? ""
        let query = parts.count > 1 ? parts[1] : ""
        self.items = query.split(separator: "&").map { item in
            let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decode(pair[0]), pair.count > 1 ? Self.decode(pair[1]) : "")
        }
    }

    /// The first value of a query item.
    func query(_ name: String) -> String? {
        self.items.first { $0.name == name }?.value
    }

    private static func decode(_ text: Substring) -> String {
        text.replacing("+", with: " ").removingPercentEncoding ?? String(text)
    }
}
