// Translators of realtime sessions: whatever either side sends, what comes out can be read, and translating it there and
// back once more changes nothing.

import Dialects
import RealtimeTranslation

enum TranslationTargets {
    /// The two shapes of the OpenAI protocol: what a GA client says to a beta upstream, and what such an upstream says to it.
    static func shapes(_ input: [UInt8]) -> Disagreement? {
        var upstream = BetaUpstreamTranslator()
        var client = BetaClientTranslator(keepsTemperature: true)
        // The first time there and back puts members into an order, from which nothing moves them.
        var passes = [upstream.send(input).onward.first ?? []]
        for _ in 0..<2 {
            let ga = client.received(passes.last ?? []).onward.first ?? []
            passes.append(upstream.send(ga).onward.first ?? [])
        }
        if let disagreement = Disagreement.between(self.text(passes[1]), self.text(passes[2])) { return disagreement }
        for event in upstream.received(input).onward + client.send(input).onward + client.received(input).onward
        where event != input && JSONObjectText(event[...])?.string("type") == nil {
            // A delta is renamed without a look at what stands behind its type.
            guard JSONObjectText(input[...]) != nil else { continue }
            return Disagreement(expected: "an event", found: self.text(event))
        }
        return nil
    }

    /// Lines of input are messages of the client and of the model's side in turns; the first is the opening.
    static func compact(_ input: [UInt8]) -> Disagreement? {
        let lines = input.split(separator: 10).map(Array.init)
        let opening = lines.first.flatMap { try? CompactOpening($0) } ?? self.opening
        guard let opening else { return Disagreement(expected: "an opening", found: "none") }
        var translator = CompactTranslator(
            opening,
            identifiers: IdentifierSource(base: "fuzz"),
            overRealtime: input.count.isMultiple(of: 2)
        )
        for (index, line) in lines.enumerated() {
            let isClient = index.isMultiple(of: 2)
            let events = isClient ? translator.received(line) : translator.send(line)
            for event in isClient ? events.back : events.onward {
                guard let event = JSONObjectText(event[...]), event.string("type") != nil,
                    event.string("message") != nil
                else { return Disagreement(expected: "an event with a type and a message", found: self.text(event)) }
            }
            for event in isClient ? events.onward : events.back {
                guard JSONObjectText(event[...])?.string("type") != nil else {
                    return Disagreement(expected: "an event for the model's side", found: self.text(event))
                }
            }
        }
        return nil
    }

    private static let opening = try? CompactOpening(
        Array(#"{"type":"session.update","session":{"model":"m"}}"#.utf8)
    )

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
