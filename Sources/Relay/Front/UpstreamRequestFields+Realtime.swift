// The handshake of a realtime session toward an upstream: the model where the provider wants it, what its address needs
// besides, and the word for the beta shape (protocol: realtime §1, §11-§13).

import HTTPFraming
import SessionCore

extension UpstreamRequestFields {
    private static let betaField = "openai-beta"
    private static let betaWord = "realtime=v1"

    /// Path and query: the items of the client's query without credentials, the upstream's model, and what is configured,
    /// which wins.
    ///
    /// `namesModel` is false where the model is named later, inside the session, by the client.
    static func realtimeTarget(
        of candidate: Candidate,
        key: Secret?,
        clientItems: [(name: String, value: String)],
        namesModel: Bool
    ) -> String {
        let endpoint = candidate.upstream.realtime
        // Either of a provider's ways to name a model would choose one that was not asked for here.
        var items = self.harmless(clientItems).filter { item in
            !RealtimeEndpoint.ModelPlace.allCases.contains { $0.itemName == item.name }
                && !endpoint.query.contains { $0.name == item.name }
        }
        if namesModel, let name = endpoint.modelPlace.itemName {
            items.insert((name, candidate.model), at: 0)
        }
        for item in endpoint.query { items.append((item.name, item.value)) }
        return self.target("/realtime", of: candidate, key: key, items: items)
    }

    /// The provider's credential and the few fields that are passed on; `isBeta` is what is spoken with the upstream,
    /// whatever the client asked for.
    static func realtimeFields(
        for upstream: Upstream,
        key: Secret?,
        from head: RequestHead,
        isBeta: Bool
    ) -> HeaderFields {
        let names = self.passed.filter { $0 != self.betaField }
        var fields = self.fields(for: upstream, key: key, from: head, passing: names)
        for value in self.harmlessValues(self.betaField, of: head) {
            let others = self.words(value).filter { $0 != self.betaWord }
            if !others.isEmpty { fields.append(self.betaField, others.joined(separator: ", ")) }
        }
        if isBeta { fields.append(self.betaField, self.betaWord) }
        return fields
    }

    /// Whether a client asks by header for the beta shape.
    static func asksForBeta(_ head: RequestHead) -> Bool {
        head.fields.values(self.betaField).contains { self.words($0).contains(self.betaWord) }
    }

    private static func words(_ value: String) -> [String] {
        value.split(separator: ",").map { word in
            String(word.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
        }
    }
}
