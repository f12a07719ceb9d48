// A model's limits are those of the configuration in force, also for work that began under another: two limits in turn would
// fill one bucket at each change from the lower to the higher.

/// The limits of models as configurations had them; empty before one was changed.
struct ConfiguredLimits: Sendable {
    /// As the latest configuration had them that listed the model.
    private struct Entry {
        let limits: Model.Limits
        /// Whether the configuration in force does.
        let isListed: Bool
    }

    private var entries: [String: Entry] = [:]

    /// From now on these models' limits count, whatever a demand's model says.
    ///
    /// - Parameter bound: with more models than this, those of before are forgotten. Sessions of models that are gone may go
    ///   on; beyond the bound theirs are what they began with.
    mutating func follow(_ models: [Model], bound: Int) {
        if entries.count > bound { entries = [:] }
        entries = entries.mapValues { Entry(limits: $0.limits, isListed: false) }
        for model in models { entries[model.id] = Entry(limits: model.limits, isListed: true) }
    }

    /// The model with the limits that count.
    ///
    /// One that passes through unlisted has none, also when one of its name was listed before.
    func counted(_ model: Model?) -> Model? {
        guard var model, let known = entries[model.id] else { return model }
        if known.isListed || model.isListed { model.limits = known.limits }
        return model
    }
}
