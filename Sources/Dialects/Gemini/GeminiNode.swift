// A value in a Gemini request, whose names may be written in camelCase or snake_case at every level (protocol: http §3.1).

/// A value of a request body and the way to it.
struct GeminiNode: LocatedJSON {
    let value: JSONValue
    /// As the client spells it, such as `contents[0].parts[1].inline_data`; empty for the body itself.
    let path: String

    /// The body of a request.
    init(body: [UInt8]) throws(ConversionRefusal) {
        try self.init(parsing: body)
        guard self.value.isObject else {
            throw ConversionRefusal(code: "invalid_json", param: nil, message: "The body must be a JSON object.")
        }
    }

    init(_ value: JSONValue, path: String) {
        self.value = value
        self.path = path
    }

    /// The member of that name, given in camelCase; nil when it is absent or null.
    func member(_ name: String) -> GeminiNode? {
        guard let field = self.value.members.last(where: { GeminiName.camelCase($0.key) == name }) else { return nil }
        if case .null = field.value { return nil }
        return self.child(field)
    }

    /// All members but those that are null, under their names in camelCase.
    var members: [(name: String, node: GeminiNode)] {
        self.value.members.compactMap { field in
            if case .null = field.value { return nil }
            return (GeminiName.camelCase(field.key), self.child(field))
        }
    }

    private func child(_ field: JSONField) -> GeminiNode {
        GeminiNode(field.value, path: self.path(to: field.key))
    }
}

// MARK: - Types

extension GeminiNode {
    /// A whole number, also one in a string: that is how protocol buffers write large ones.
    func integer() throws(ConversionRefusal) -> Int {
        guard let number = self.value.integer ?? self.value.string.flatMap({ Int($0) }) else {
            throw self.wrongType("an integer")
        }
        return number
    }

    /// A whole number that is not negative.
    func count() throws(ConversionRefusal) -> Int {
        let number = try self.integer()
        guard number >= 0 else { throw self.wrongValue("It must not be negative.") }
        return number
    }

    func strings() throws(ConversionRefusal) -> [String] {
        var strings: [String] = []
        for element in try self.elements() { strings.append(try element.string()) }
        return strings
    }
}

// MARK: - Refusals

extension GeminiNode {
    func wrongValue(_ reason: String) -> ConversionRefusal {
        ConversionRefusal(
            code: "invalid_value",
            param: self.path,
            message: "Invalid value for '\(self.path)'. \(reason)"
        )
    }

    /// For what makes sense to Gemini alone.
    func unsupported(_ reason: String) -> ConversionRefusal {
        ConversionRefusal(
            code: "unsupported_parameter",
            param: self.path,
            message: "'\(self.path)' cannot be translated for the provider of this model. \(reason)"
        )
    }
}

/// The two spellings of names.
enum GeminiName {
    /// `max_output_tokens` as `maxOutputTokens`; a name that is so already stays.
    static func camelCase(_ name: String) -> String {
        guard name.utf8.contains(UInt8(ascii: "_")) else { return name }
        var output: [UInt8] = []
        output.reserveCapacity(name.utf8.count)
        var isAfterUnderscore = false
        for byte in name.utf8 {
            if byte == UInt8(ascii: "_"), !output.isEmpty {
                isAfterUnderscore = true
            } else {
                let isSmall = byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
                output.append(isAfterUnderscore && isSmall ? byte - 0x20 : byte)
                isAfterUnderscore = false
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}
