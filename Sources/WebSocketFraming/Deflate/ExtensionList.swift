// The value of Sec-WebSocket-Extensions: RFC 6455 §9.1.
//
//     extension-list = 1#extension
//     extension      = token *( ";" token [ "=" ( token | quoted-string ) ] )
//
// A quoted value must be a token once unquoted, so no value needs more than token characters. Everything is bounded, and
// anything that is not this grammar is no list at all.

/// Parses extension lists.
package enum ExtensionList {
    package static let maximumExtensions = 16
    package static let maximumParameters = 16

    package struct Element: Equatable, Sendable {
        package var name: String
        package var parameters: [Parameter]

        package init(name: String, parameters: [Parameter]) {
            self.name = name
            self.parameters = parameters
        }
    }

    package struct Parameter: Equatable, Sendable {
        package var name: String
        package var value: String?

        package init(_ name: String, _ value: String? = nil) {
            self.name = name
            self.value = value
        }
    }

    /// The extensions of a list, or nil when it is none or too long.
    package static func parse(_ text: String) -> [Element]? {
        var elements = [Element]()
        // Commas and semicolons cannot stand in tokens, so quoted or not they separate.
        for part in text.utf8.split(separator: UInt8(ascii: ",")) {
            let element = FieldList.trim(Substring(part))
            if element.isEmpty { continue }
            guard elements.count < Self.maximumExtensions, let parsed = Self.element(element) else { return nil }
            elements.append(parsed)
        }
        return elements.isEmpty ? nil : elements
    }

    private static func element(_ text: Substring) -> Element? {
        let parts = text.utf8.split(
            separator: UInt8(ascii: ";"),
            maxSplits: Self.maximumParameters + 1,
            omittingEmptySubsequences: false
        )
        guard let first = parts.first, parts.count <= Self.maximumParameters + 1 else { return nil }
        let name = FieldList.trim(Substring(first))
        guard FieldList.isToken(name) else { return nil }
        var parameters = [Parameter]()
        for part in parts.dropFirst() {
            guard let parameter = Self.parameter(FieldList.trim(Substring(part))) else { return nil }
            parameters.append(parameter)
        }
        return Element(name: String(name), parameters: parameters)
    }

    private static func parameter(_ text: Substring) -> Parameter? {
        let parts = text.utf8.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first else { return nil }
        let name = FieldList.trim(Substring(first))
        guard FieldList.isToken(name) else { return nil }
        guard parts.count == 2 else { return Parameter(String(name)) }
        var value = FieldList.trim(Substring(parts[1]))
        if value.utf8.first == UInt8(ascii: "\"") {
            guard value.utf8.count >= 2, value.utf8.last == UInt8(ascii: "\"") else { return nil }
            value = value.dropFirst().dropLast()
        }
        return FieldList.isToken(value) ? Parameter(String(name), String(value)) : nil
    }
}
