// The objects in answers, as the document has them. That answers fit them is checked with every call of the other tests.

import Testing

@testable import Console

@Suite struct ShapesTests {
    @Test("each has a name in the document, and all its members are always there")
    func names() {
        var components: [String: JSON] = [:]
        for shape in [
            Shapes.key, Shapes.newKey, Shapes.account, Shapes.member, Shapes.usage, Shapes.usageRow, Shapes.me,
        ] {
            _ = shape.document(&components)
        }
        for name in [
            "Key", "NewKey", "Account", "Member", "Usage", "UsageSum", "UsageRow", "Tokens", "Me", "RateWindow",
        ] {
            guard case .object(let members)? = components[name]?["properties"] else {
                Issue.record("no \(name)")
                continue
            }
            #expect(components[name]?["required"]?.texts == members.map(\.name))
        }
    }

    @Test("the text of a key is in one shape only")
    func keyTexts() {
        var components: [String: JSON] = [:]
        for endpoint in RouteTable.all { _ = OpenAPIDocument.envelope(endpoint.answer)?.document(&components) }
        let holders = components.filter {
            $0.value["properties"]?["key"]?["description"]?.text?.contains("not shown again") == true
        }
        #expect(holders.keys.sorted() == ["NewKey"])
    }
}
