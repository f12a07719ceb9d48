// What a client asks of a chat model, in no provider's words: the middle of every translation.
//
// A reader of one dialect makes it, a writer of another takes it; nine pairs are three readers and three writers. It is
// made only when the two dialects differ: between equal ones the bytes pass. Nothing in it points into the body.

/// A request for an answer of a chat model.
package struct GenerationRequest: Sendable, Equatable {
    /// The model as the client calls it.
    package var model: String
    package var isStream = false
    /// Instructions in their order, each a text of its own; empty texts are left out.
    package var system: [String] = []
    /// Alternating or not: writers merge neighbours of one role where their dialect wants that.
    package var messages: [GenerationMessage] = []
    package var tools: [FunctionTool] = []
    package var toolChoice: ToolChoice?
    /// Whether the model may call several tools at once; nil when the client does not say.
    package var allowsParallelToolCalls: Bool?
    /// The most tokens of an answer, reasoning included.
    package var maximumTokens: Int?
    package var sampling = Sampling()
    package var stop: [String] = []
    /// How many answers are asked for at once.
    package var candidateCount: Int?
    package var outputFormat: OutputFormat?
    package var reasoning: Reasoning?
    /// Log probabilities per token, with this many alternatives; nil for none.
    package var logprobs: Int?
    /// Whoever stands behind the request, as the client calls them.
    package var userID: String?
    /// In OpenAI's words: `auto`, `default`, `flex`, `priority`, ….
    package var serviceTier: String?
    /// Whether an OpenAI client asked for the usage chunk of a stream.
    package var includesUsage = false
    /// Names of members that were there, only tune the answer, and have no place in this value.
    package var untranslated: [String] = []

    package init(model: String) {
        self.model = model
    }
}

/// What tunes the choice of each token; nil leaves it to the provider.
package struct Sampling: Sendable, Equatable {
    package var temperature: Double?
    package var topP: Double?
    package var topK: Int?
    package var presencePenalty: Double?
    package var frequencyPenalty: Double?
    package var seed: Int?

    package init() {}
}

/// A function that the model may call.
package struct FunctionTool: Sendable, Equatable {
    package var name: String
    package var description: String?
    /// JSON Schema of the arguments; nil when the function takes none.
    package var parameters: JSONValue?
    /// Whether arguments must follow the schema to the letter.
    package var isStrict: Bool?

    package init(name: String, description: String? = nil, parameters: JSONValue? = nil, isStrict: Bool? = nil) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
    }
}

/// Whether and which tools are to be called.
package enum ToolChoice: Sendable, Equatable {
    case auto
    case none
    /// One at least, whichever.
    case required
    case function(name: String)
    /// Only these; `isRequired` when one of them must be called.
    case allowed(names: [String], isRequired: Bool)
}

/// What shape the answer has.
package enum OutputFormat: Sendable, Equatable {
    case text
    /// Any JSON object.
    case jsonObject
    case jsonSchema(name: String?, description: String?, schema: JSONValue, isStrict: Bool?)
}

/// How much the model is to think before it answers (protocol: http §4.3).
package struct Reasoning: Sendable, Equatable {
    package enum Effort: String, Sendable, Equatable, CaseIterable {
        case none
        case minimal
        case low
        case medium
        case high
        case xhigh
        case max
    }

    package var effort: Effort?
    /// Tokens for thinking; wins over `effort` where a dialect can say it.
    package var budgetTokens: Int?
    /// Left to the model: Claude's `adaptive`, Gemini's budget of -1.
    package var isAdaptive = false
    /// Whether the client wants to see the thoughts; nil when it does not say.
    package var includesThoughts: Bool?

    package init(effort: Effort? = nil, budgetTokens: Int? = nil, isAdaptive: Bool = false) {
        self.effort = effort
        self.budgetTokens = budgetTokens
        self.isAdaptive = isAdaptive
    }
}
