// What the nodes of all dialects have in common: a value of a client's JSON that knows the way to itself, so that whatever is
// wrong with it can be told in the client's own words: `messages[2].content[0].type`.

/// A value of a request and the path to it.
protocol LocatedJSON {
    var value: JSONValue { get }
    /// As the client spells it; empty for the whole text.
    var path: String { get }

    init(_ value: JSONValue, path: String)
}

extension LocatedJSON {
    /// The body of a request, whatever value it is.
    init(parsing body: [UInt8]) throws(ConversionRefusal) {
        do throws(JSONSyntaxError) {
            self.init(try JSONParser.parse(body), path: "")
        } catch {
            throw ConversionRefusal(
                code: "invalid_json",
                param: nil,
                message: "The body is not valid JSON at byte \(error.offset)."
            )
        }
    }

    func path(to name: String) -> String {
        self.path.isEmpty ? name : "\(self.path).\(name)"
    }
}

// MARK: - Types

extension LocatedJSON {
    func object() throws(ConversionRefusal) -> Self {
        guard self.value.isObject else { throw self.wrongType("an object") }
        return self
    }

    func string() throws(ConversionRefusal) -> String {
        guard let text = self.value.string else { throw self.wrongType("a string") }
        return text
    }

    func bool() throws(ConversionRefusal) -> Bool {
        guard let flag = self.value.bool else { throw self.wrongType("a boolean") }
        return flag
    }

    func number() throws(ConversionRefusal) -> Double {
        guard let number = self.value.double else { throw self.wrongType("a number") }
        return number
    }

    func elements() throws(ConversionRefusal) -> [Self] {
        guard case .array(let elements) = self.value else { throw self.wrongType("an array") }
        return elements.enumerated().map { Self($0.element, path: "\(self.path)[\($0.offset)]") }
    }
}

// MARK: - Refusals

extension LocatedJSON {
    func wrongType(_ expected: String) -> ConversionRefusal {
        ConversionRefusal(
            code: "invalid_type",
            param: self.path.isEmpty ? nil : self.path,
            message: self.path.isEmpty
                ? "The body must be \(expected)." : "Invalid type for '\(self.path)': expected \(expected)."
        )
    }

    /// For a member of that name that must be there, and is not.
    func missing(_ name: String) -> ConversionRefusal {
        let param = self.path(to: name)
        return ConversionRefusal(
            code: "missing_required_parameter",
            param: param,
            message: "Missing required parameter: '\(param)'."
        )
    }
}
