// What the tests of shapes share: JSON compared without regard to the order of members.

import Dialects
import Testing

/// A text as JSON with the members of all objects sorted; nil for what is no JSON.
func sorted(_ bytes: some Collection<UInt8>) -> JSONValue? {
    (try? JSONParser.parse(Array(bytes))).map(inOrder)
}

private func inOrder(_ value: JSONValue) -> JSONValue {
    switch value {
    case .object(let members):
        .object(members.map { JSONField($0.key, inOrder($0.value)) }.sorted { $0.key < $1.key })
    case .array(let elements): .array(elements.map(inOrder))
    case .null, .bool, .integer, .decimal, .string: value
    }
}

/// Compares what was made with what should have been.
func expectSame(
    _ made: (some Collection<UInt8>)?,
    _ wanted: String,
    sourceLocation: SourceLocation = #_sourceLocation
) throws {
    let made = try #require(made, sourceLocation: sourceLocation)
    #expect(sorted(made) == sorted(wanted.utf8), sourceLocation: sourceLocation)
    #expect(sorted(made) != nil, "no JSON", sourceLocation: sourceLocation)
}

/// The events as texts.
func texts(_ events: [[UInt8]]) -> [String] { events.map { String(decoding: $0, as: UTF8.self) } }

/// The types of events.
func types(_ events: [[UInt8]]) -> [String] {
    events.map { sorted($0)?["type"]?.string ?? "" }
}
