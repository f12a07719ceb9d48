// The list of models in the OpenAI shape (protocol §1.7), widened by what our clients are promised: `error` and `metadata`
// beside the list, and per model its capabilities, context length and prices.

/// A model as a list shows it.
package struct ListedModel: Equatable, Sendable {
    /// A price under its name, in USD per 1,000 tokens, as decimal text.
    package struct Price: Equatable, Sendable {
        package var name: String
        package var usdPerThousand: String

        package init(name: String, usdPerThousand: String) {
            self.name = name
            self.usdPerThousand = usdPerThousand
        }
    }

    package var id: String
    /// Seconds since 1970.
    package var created: Int64
    package var ownedBy: String
    package var capabilities: [String]
    package var contextLength: Int?
    package var pricing: [Price]

    package init(
        id: String,
        created: Int64,
        ownedBy: String,
        capabilities: [String] = [],
        contextLength: Int? = nil,
        pricing: [Price] = []
    ) {
        self.id = id
        self.created = created
        self.ownedBy = ownedBy
        self.capabilities = capabilities
        self.contextLength = contextLength
        self.pricing = pricing
    }
}

/// Renders lists of models.
package enum ModelList {
    /// The body of `GET /v1/models`; the timestamp is ISO 8601 text.
    package static func list(_ models: [ListedModel], requestID: String, timestamp: String) -> [UInt8] {
        var output = Array(#"{"object":"list","data":["#.utf8)
        for (index, model) in models.enumerated() {
            if index > 0 { output.append(JSONGrammar.comma) }
            append(model, to: &output)
        }
        output.append(contentsOf: #"],"error":null,"metadata":{"request_id":"#.utf8)
        JSONString.append(requestID, to: &output)
        output.append(contentsOf: #","timestamp":"#.utf8)
        JSONString.append(timestamp, to: &output)
        output.append(contentsOf: "}}".utf8)
        return output
    }

    /// The body of `GET /v1/models/{id}`.
    package static func one(_ model: ListedModel) -> [UInt8] {
        var output: [UInt8] = []
        append(model, to: &output)
        return output
    }

    private static func append(_ model: ListedModel, to output: inout [UInt8]) {
        output.append(contentsOf: #"{"id":"#.utf8)
        JSONString.append(model.id, to: &output)
        output.append(contentsOf: #","object":"model","created":\#(model.created),"owned_by":"#.utf8)
        JSONString.append(model.ownedBy, to: &output)
        output.append(contentsOf: #","capabilities":{"#.utf8)
        for (index, capability) in model.capabilities.enumerated() {
            if index > 0 { output.append(JSONGrammar.comma) }
            JSONString.append(capability, to: &output)
            output.append(contentsOf: ":true".utf8)
        }
        output.append(contentsOf: #"},"context_length":\#(model.contextLength.map(String.init) ?? "null")"#.utf8)
        output.append(contentsOf: #","pricing":"#.utf8)
        append(model.pricing, to: &output)
        output.append(JSONGrammar.closeBrace)
    }

    private static func append(_ pricing: [ListedModel.Price], to output: inout [UInt8]) {
        guard !pricing.isEmpty else { return output.append(contentsOf: "null".utf8) }
        output.append(JSONGrammar.openBrace)
        for (index, price) in pricing.enumerated() {
            if index > 0 { output.append(JSONGrammar.comma) }
            JSONString.append(price.name, to: &output)
            output.append(JSONGrammar.colon)
            if isNumber(price.usdPerThousand) {
                output.append(contentsOf: price.usdPerThousand.utf8)
            } else {
                output.append(contentsOf: "null".utf8)
            }
        }
        output.append(JSONGrammar.closeBrace)
    }

    private static func isNumber(_ text: String) -> Bool {
        let bytes = text.utf8.span
        var index = 0
        do throws(JSONViolation) {
            try JSONGrammar.skipNumber(bytes, &index, bytes.count)
            return index == bytes.count
        } catch {
            return false
        }
    }
}
