// The query of a call, read strictly: every item known, at most once, and of the right kind.

import HTTPFraming
import SessionCore

/// Reads queries.
enum QueryReading {
    static func values(_ query: String?, _ items: [QueryItem]) throws(RelayError) -> [String: JSON] {
        let given: [(name: String, value: String)]
        do throws(HTTPViolation) {
            given = try RequestTarget.queryItems(query ?? "")
        } catch {
            throw .invalidRequest(
                code: "invalid_query",
                message: "The query cannot be read. Encode each name and value as a URL asks."
            )
        }
        var values: [String: JSON] = [:]
        for (name, text) in given {
            guard let item = items.first(where: { $0.name == name }) else {
                throw .unknownParameter(name, known: items.map(\.name))
            }
            guard values[name] == nil else { throw .invalidParameter(name, reason: "is there twice") }
            let value = item.schema.value(ofText: text)
            if let flaw = item.schema.flaw(in: value, at: name) { throw flaw }
            values[name] = value
        }
        return values
    }
}
