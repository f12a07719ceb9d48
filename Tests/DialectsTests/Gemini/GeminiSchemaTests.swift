// protocol/http §3.2: the OpenAPI subset becomes JSON Schema.

import Testing

@testable import Dialects

@Suite struct GeminiSchemaTests {
    @Test(arguments: [
        (
            #"{"type":"OBJECT","properties":{"min_items":{"type":"STRING"},"type":{"type":"INTEGER"}},"required":["type"]}"#,
            #"{"type":"object","properties":{"min_items":{"type":"string"},"type":{"type":"integer"}},"required":["type"]}"#
        ),
        (
            #"{"type":"ARRAY","items":{"type":"NUMBER","format":"double"},"min_items":"1","maxItems":"3"}"#,
            #"{"type":"array","items":{"type":"number","format":"double"},"minItems":1,"maxItems":3}"#
        ),
        (#"{"type":"STRING","nullable":true}"#, #"{"type":["string","null"]}"#),
        (
            #"{"type":"STRING","format":"enum","enum":["a"],"nullable":true}"#,
            #"{"type":["string","null"],"enum":["a",null]}"#
        ),
        (
            #"{"any_of":[{"type":"STRING"},{"type":"BOOLEAN"}],"nullable":true}"#,
            #"{"anyOf":[{"type":"string"},{"type":"boolean"},{"type":"null"}]}"#
        ),
        (
            #"{"nullable":false,"type":"TYPE_UNSPECIFIED","description":"d","example":1,"propertyOrdering":["a"]}"#,
            #"{"description":"d"}"#
        ),
        (
            #"{"type":"object","additional_properties":{"type":"STRING"},"title":"T","default":{"type":"X"}}"#,
            #"{"type":"object","additionalProperties":{"type":"string"},"title":"T","default":{"type":"X"}}"#
        ),
        (
            #"{"type":"STRING","minLength":2,"pattern":"a+","minimum":1.5}"#,
            #"{"type":"string","minLength":2,"pattern":"a+","minimum":1.5}"#
        ),
    ])
    func translates(schema: String, expected: String) throws {
        #expect(GeminiSchema.jsonSchema(try json(schema)).text == expected)
    }
}
