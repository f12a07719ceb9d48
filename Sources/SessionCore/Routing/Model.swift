// A public model and the routes that lead from it.

/// A way from a public model id to a model of one upstream.
package struct Route: Sendable, Equatable {
    /// Name of the upstream.
    package var upstream: String
    /// What the upstream calls the model.
    package var model: String
    /// Lower goes first; the next priority is tried when all of this one failed.
    package var priority: Int
    /// Share among routes of one priority; 0 comes after all others of it.
    package var weight: Int

    package init(upstream: String, model: String, priority: Int = 0, weight: Int = 1) {
        self.upstream = upstream
        self.model = model
        self.priority = priority
        self.weight = weight
    }
}

/// A route with its upstream found: what is dialled.
package struct Candidate: Sendable, Equatable {
    package let upstream: Upstream
    /// What the upstream calls the model.
    package let model: String

    package init(upstream: Upstream, model: String) {
        self.upstream = upstream
        self.model = model
    }
}

/// A model as clients see it.
package struct Model: Sendable, Equatable, Identifiable {
    /// What each key may ask of the model.
    package struct Limits: Sendable, Equatable {
        /// Requests per minute.
        package var rpm: Int?
        /// Tokens per minute.
        package var tpm: Int?

        package init(rpm: Int? = nil, tpm: Int? = nil) {
            self.rpm = rpm
            self.tpm = tpm
        }
    }

    /// What clients ask for.
    package var id: String
    package var routes: [Route]
    package var ownedBy: String
    package var capabilities: [String]
    package var contextLength: Int?
    package var pricing: Pricing?
    package var limits: Limits
    /// How realtime sessions over a chat model hear and speak; nil: in writing only.
    package var speech: SpeechRoutes?
    /// Seconds since 1970.
    package var created: Int64
    /// False for one that no configuration lists, and that passes through to an upstream.
    package var isListed = true

    package init(
        id: String,
        routes: [Route],
        ownedBy: String = "longwire",
        capabilities: [String] = [],
        contextLength: Int? = nil,
        pricing: Pricing? = nil,
        limits: Limits = Limits(),
        speech: SpeechRoutes? = nil,
        created: Int64 = 0
    ) {
        self.id = id
        self.routes = routes
        self.ownedBy = ownedBy
        self.capabilities = capabilities
        self.contextLength = contextLength
        self.pricing = pricing
        self.limits = limits
        self.speech = speech
        self.created = created
    }
}
