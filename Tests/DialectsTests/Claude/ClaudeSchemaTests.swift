// protocol/http §4.3: schemas for structured output.

import Testing

@testable import Dialects

@Suite struct ClaudeSchemaTests {
    @Test("Object schemas that say nothing of other members are closed, at every depth")
    func closes() {
        let inner: JSONValue = ["type": ["object", "null"], "properties": .object([])]
        let schema: JSONValue = [
            "type": "object",
            "properties": ["a": ["type": "array", "items": inner], "type": ["type": "string"]],
            "$defs": ["d": ["type": "object"]],
        ]
        let closed = ClaudeSchema.closed(schema)
        #expect(closed["additionalProperties"] == false)
        #expect(closed["properties"]?["a"]?["items"]?["additionalProperties"] == false)
        #expect(closed["properties"]?["additionalProperties"] == nil)
        #expect(closed["$defs"]?["d"]?["additionalProperties"] == false)
    }

    @Test("What a schema says itself stays, and data of the user's is no schema")
    func keeps() {
        let schema: JSONValue = [
            "type": "object", "additionalProperties": true, "default": ["type": "object"],
            "enum": [["type": "object"]],
        ]
        #expect(ClaudeSchema.closed(schema) == schema)
    }
}
