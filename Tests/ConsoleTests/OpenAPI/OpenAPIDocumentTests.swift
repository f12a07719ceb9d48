// The document against the router: every route documented, everything documented routed.

import Foundation
import HTTPFraming
import SessionCore
import Testing

@testable import Console

@Suite struct OpenAPIDocumentTests {
    private func paths() throws -> [String: [String: Any]] {
        let object = try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.bytes)) as? [String: Any]
        #expect(object?["openapi"] as? String == "3.1.0")
        return try #require(object?["paths"] as? [String: [String: Any]])
    }

    @Test("routes and document are the same")
    func routes() throws {
        let documented = try self.paths().flatMap { path, methods in methods.keys.map { "\($0) \(path)" } }
        let routed = RouteTable.all.map { "\($0.method.text.lowercased()) \($0.path.text)" }
        #expect(documented.sorted() == routed.sorted())
    }

    @Test("every reference leads somewhere")
    func references() throws {
        let text = String(decoding: OpenAPIDocument.bytes, as: UTF8.self)
        let document = try #require(JSON(OpenAPIDocument.bytes))
        for piece in text.split(separator: "\"#/components/schemas/").dropFirst() {
            let name = String(piece.prefix { $0 != "\"" })
            #expect(document["components"]?["schemas"]?[name] != nil, "\(name)")
        }
    }

    @Test("every call documents its parameters, its security and its refusals, with examples")
    func operations() throws {
        let document = try #require(JSON(OpenAPIDocument.bytes))
        for endpoint in RouteTable.all {
            let operation = try #require(document["paths"]?[endpoint.path.text]?[endpoint.method.text.lowercased()])
            var names: [String] = []
            if case .array(let parameters)? = operation["parameters"] {
                names = parameters.compactMap { $0["name"]?.text }
            }
            #expect(names == endpoint.path.parameters + endpoint.query.map(\.name))
            for status in OpenAPIDocument.refusals(of: endpoint) {
                #expect(operation["responses"]?["\(status)"]?["content"]?["application/json"]?["example"] != nil)
            }
            #expect((operation["requestBody"] != nil) == (endpoint.body != nil))
            #expect(operation["security"] != nil)
        }
    }

    @Test("anyone may have it")
    func serving() async throws {
        let told = try await ConsoleStage().ask(.get, "/api/openapi.json", as: [])
        #expect(told.status == 200)
        #expect(told.body == OpenAPIDocument.bytes)
    }
}
