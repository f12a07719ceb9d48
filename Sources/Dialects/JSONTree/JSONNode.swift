// A value in a request of OpenAI's or Claude's, whose names have one spelling.

/// A value of a request body and the way to it.
struct JSONNode: LocatedJSON {
    let value: JSONValue
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
        guard let member = self.member(name) else { throw self.missing(name) }
        return member
    }

    /// A string with something in it.
    func name() throws(ConversionRefusal) -> String {
        let text = try self.string()
        guard !text.isEmpty else { throw self.invalid("must not be empty") }
        return text
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

    /// `reason` follows the name of the parameter, without a full stop.
    func invalid(_ reason: String) -> ConversionRefusal {
        ConversionRefusal(code: "invalid_value", param: self.path, message: "'\(self.path)' \(reason).")
    }

    /// For what is said well, but cannot be said to the provider; `reason` is a whole sentence.
    func unsupported(_ reason: String) -> ConversionRefusal {
        ConversionRefusal(code: "unsupported_value", param: self.path, message: reason)
    }
}
