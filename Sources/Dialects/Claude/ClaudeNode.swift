// A value of a request's body together with where it stands, so that every complaint can say where (protocol: http §7).
//
// A member that is null counts as absent, as everywhere in the dialect.

/// One value of a request in the Claude dialect.
struct ClaudeNode {
    let value: JSONValue
    /// Such as `messages[2].content[0].source`; empty for the whole body.
    let path: String

    init(_ value: JSONValue, path: String) {
        self.value = value
        self.path = path
    }

    /// The body of a request, which must be an object.
    static func root(_ body: [UInt8]) throws(ConversionRefusal) -> ClaudeNode {
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONParser.parse(body)
        } catch {
            throw ConversionRefusal(
                code: "invalid_json",
                param: nil,
                message: "The body is not valid JSON at byte \(error.offset)."
            )
        }
        guard value.isObject else {
            throw ConversionRefusal(code: "invalid_json", param: nil, message: "The body must be a JSON object.")
        }
        return ClaudeNode(value, path: "")
    }

    /// The member of that name; nil if it is absent or null.
    subscript(_ name: String) -> ClaudeNode? {
        guard let member = value[name], !member.isNull else { return nil }
        return ClaudeNode(member, path: path.isEmpty ? name : "\(path).\(name)")
    }

    func required(_ name: String) throws(ConversionRefusal) -> ClaudeNode {
        if let member = self[name] { return member }
        let param = path.isEmpty ? name : "\(path).\(name)"
        throw ConversionRefusal(
            code: "missing_required_parameter",
            param: param,
            message: "Missing required parameter: '\(param)'."
        )
    }

    func object() throws(ConversionRefusal) -> ClaudeNode {
        guard value.isObject else { throw wrongType("an object") }
        return self
    }

    func elements() throws(ConversionRefusal) -> [ClaudeNode] {
        guard case .array(let elements) = value else { throw wrongType("an array") }
        return elements.enumerated().map { ClaudeNode($0.element, path: "\(path)[\($0.offset)]") }
    }

    func text() throws(ConversionRefusal) -> String {
        guard let text = value.string else { throw wrongType("a string") }
        return text
    }

    func texts() throws(ConversionRefusal) -> [String] {
        var texts: [String] = []
        for element in try elements() { texts.append(try element.text()) }
        return texts
    }

    func flag() throws(ConversionRefusal) -> Bool {
        guard let flag = value.bool else { throw wrongType("a boolean") }
        return flag
    }

    func integer() throws(ConversionRefusal) -> Int {
        guard let number = value.integer else { throw wrongType("a whole number") }
        return number
    }

    func number() throws(ConversionRefusal) -> Double {
        guard let number = value.double else { throw wrongType("a number") }
        return number
    }

    func wrongType(_ expected: String) -> ConversionRefusal {
        ConversionRefusal(
            code: "invalid_type",
            param: path,
            message: "Invalid type for '\(path)': expected \(expected)."
        )
    }

    /// A value that the dialect itself does not allow.
    func invalid(_ reason: String) -> ConversionRefusal {
        ConversionRefusal(code: "invalid_value", param: path, message: "Invalid value for '\(path)': \(reason)")
    }

    /// A value that only a provider of the Claude dialect could serve.
    func unsupported(_ reason: String) -> ConversionRefusal {
        ConversionRefusal(
            code: "unsupported_value",
            param: path,
            message: "'\(path)' cannot be translated for this model's provider: \(reason)"
        )
    }
}
