// How an upstream of the OpenAI dialect takes realtime sessions: which shape it speaks, where it wants the model named, what
// else its address needs (protocol: realtime §11-§13).

/// Where and how realtime sessions are opened at an upstream.
package struct RealtimeEndpoint: Sendable, Equatable {
    /// The vocabulary of the provider's events.
    package enum Shape: String, Sendable, Equatable, CaseIterable {
        /// What the OpenAI API speaks today.
        case ga
        /// What it spoke before, and most compatible providers still do; asked for with `OpenAI-Beta: realtime=v1`.
        case beta
    }

    /// Where the provider expects the name of the model.
    package enum ModelPlace: String, Sendable, Equatable, CaseIterable {
        /// `?model=`.
        case query
        /// `?deployment=`, as Azure's preview has it.
        case deployment
        /// The first `session.update`; the address says nothing.
        case session

        /// The item of the query that names the model; nil when none does.
        package var itemName: String? {
            switch self {
            case .query: "model"
            case .deployment: "deployment"
            case .session: nil
            }
        }
    }

    /// A pair of the query, not encoded.
    package struct QueryItem: Sendable, Equatable {
        package let name: String
        package let value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package var shape: Shape
    package var modelPlace: ModelPlace
    /// What the address carries besides, such as `api-version`, in the order of the configuration.
    package var query: [QueryItem]

    package init(shape: Shape = .ga, modelPlace: ModelPlace = .query, query: [QueryItem] = []) {
        self.shape = shape
        self.modelPlace = modelPlace
        self.query = query
    }
}
