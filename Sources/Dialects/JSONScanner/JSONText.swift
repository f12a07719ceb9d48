// Values of a JSON text as they are written: what they are, what is in them.

/// Looks into values that a scanner has found.
package enum JSONText {
    package static let null: ArraySlice<UInt8> = bytes("null")

    /// The bytes of a text that is JSON already.
    package static func bytes(_ json: String) -> ArraySlice<UInt8> {
        ArraySlice(json.utf8)
    }

    /// A string, written as JSON.
    package static func quoted(_ text: String) -> ArraySlice<UInt8> {
        JSONString.bytes(text)[...]
    }

    /// The text of a string; nil for another value.
    package static func string(_ value: ArraySlice<UInt8>) -> String? {
        guard value.count >= 2, value.first == JSONString.quote, value.last == JSONString.quote else { return nil }
        return JSONString.decode(value.span, 1..<(value.count - 1))
    }

    /// The elements of an array as they are written; nil for another value, and for what is no JSON.
    package static func elements(_ value: ArraySlice<UInt8>) -> [ArraySlice<UInt8>]? {
        let span = value.span
        var cursor = JSONCursor(0..<span.count)
        var elements: [ArraySlice<UInt8>] = []
        do throws(JSONViolation) {
            try cursor.enterArray(span)
            while try cursor.nextElement(span) {
                let range = try cursor.skip(span)
                let start = value.startIndex
                elements.append(value[(start + range.lowerBound)..<(start + range.upperBound)])
            }
            try cursor.finish(span)
        } catch {
            return nil
        }
        return elements
    }

    /// An array of values.
    package static func array(_ elements: [ArraySlice<UInt8>]) -> ArraySlice<UInt8> {
        var output: [UInt8] = []
        output.reserveCapacity(elements.reduce(2) { $0 + $1.count + 1 })
        output.append(JSONGrammar.openBracket)
        for (index, element) in elements.enumerated() {
            if index > 0 { output.append(JSONGrammar.comma) }
            output.append(contentsOf: element)
        }
        output.append(JSONGrammar.closeBracket)
        return output[...]
    }
}
