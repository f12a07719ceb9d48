// A value of a client's JSON together with where it stands, so that whatever is wrong with it can be told in the client's
// own words: `messages[2].content[0].type`.

/// A value of a request and the path to it.
struct JSONNode {
    let value: JSONValue
    /// Empty for the whole text.
    let path: String

    init(_ value: JSONValue, path: String = "") {
        self.value = value
        self.path = path
    }

    /// The member of that name; nil when it is not there or null, which all dialects take for the same.
    func member(_ name: String) -> JSONNode? {
        guard let value = self.value[name], !value.isNull else { return nil }
        return JSONNode(value, path: self.path(to: name))
    }

    /// The member of that name, which must be there.
    func required(_ name: String) throws(ConversionRefusal) -> JSONNode {
        if let member = self.member(name) { return member }
        let path = self.path(to: name)
        throw ConversionRefusal(
            code: "missing_required_parameter",
            param: path,
            message: "Missing required parameter: '\(path)'."
        )
    }

    func object() throws(ConversionRefusal) -> JSONNode {
        guard self.value.isObject else { throw self.wrongType("an object") }
        return self
    }

    func string() throws(ConversionRefusal) -> String {
        guard let text = self.value.string else { throw self.wrongType("a string") }
        return text
    }

    /// A string with something in it.
    func name() throws(ConversionRefusal) -> String {
        let text = try self.string()
        guard !text.isEmpty else { throw self.invalid("must not be empty") }
        return text
    }

    func bool() throws(ConversionRefusal) -> Bool {
        guard let flag = self.value.bool else { throw self.wrongType("a boolean") }
        return flag
    }

    func integer() throws(ConversionRefusal) -> Int {
        guard let number = self.value.integer else { throw self.wrongType("an integer") }
        return number
    }

    /// An integer that is not below a bound.
    func integer(from least: Int) throws(ConversionRefusal) -> Int {
        let number = try self.integer()
        guard number >= least else { throw self.invalid("must be at least \(least)") }
        return number
    }

    func number() throws(ConversionRefusal) -> Double {
        guard let number = self.value.double else { throw self.wrongType("a number") }
        return number
    }

    func elements() throws(ConversionRefusal) -> [JSONNode] {
        guard case .array(let elements) = self.value else { throw self.wrongType("an array") }
        return elements.enumerated().map { JSONNode($0.element, path: "\(self.path)[\($0.offset)]") }
    }

    func wrongType(_ expected: String) -> ConversionRefusal {
        ConversionRefusal(
            code: "invalid_type",
            param: self.path.isEmpty ? nil : self.path,
            message: self.path.isEmpty
                ? "The body must be \(expected)." : "Invalid type for '\(self.path)': expected \(expected)."
        )
    }

    /// `reason` follows the name of the parameter, without a full stop.
    func invalid(_ reason: String) -> ConversionRefusal {
        ConversionRefusal(code: "invalid_value", param: self.path, message: "'\(self.path)' \(reason).")
    }

    /// For what is said well, but cannot be said to the provider; `reason` is a whole sentence.
    func unsupported(_ reason: String) -> ConversionRefusal {
        ConversionRefusal(code: "unsupported_value", param: self.path, message: reason)
    }

    private func path(to name: String) -> String {
        self.path.isEmpty ? name : "\(self.path).\(name)"
    }
}
