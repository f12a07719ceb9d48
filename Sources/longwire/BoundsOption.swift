// What a key or an account may use, the same options wherever it is said.

import ArgumentParser
import Foundation
import Gateway
import SessionCore

/// Limits and models on a command line; what is not said stays as it is.
struct BoundsOption: ParsableArguments {
    /// Takes a limit away.
    static let none = "none"
    /// Takes a list of models away.
    static let all = "all"

    @Option(name: .long, help: ArgumentHelp("Models, comma-separated; 'gpt-*' for a family, 'all'.", valueName: "a,b"))
    var models: String?
    @Option(
        name: .customLong("budget-usd"),
        help: ArgumentHelp("What may be spent in all, or 'none'.", valueName: "USD")
    )
    var budgetUSD: String?
    @Option(name: .long, help: ArgumentHelp("Requests a minute, or 'none'.", valueName: "N"))
    var rpm: String?
    @Option(name: .long, help: ArgumentHelp("Tokens a minute, or 'none'.", valueName: "N"))
    var tpm: String?
    @Option(name: .long, help: ArgumentHelp("Realtime sessions at the same time, or 'none'.", valueName: "N"))
    var sessions: String?

    func validate() throws {
        if let budgetUSD, budgetUSD != Self.none, QuantityText.microUSD(budgetUSD) == nil {
            throw ValidationError("--budget-usd '\(budgetUSD)' is not an amount such as 5 or 0.25.")
        }
        // An empty list would mean "all": whoever wrote one, perhaps by an unset variable, meant the opposite.
        if let models, Self.list(models).isEmpty {
            throw ValidationError("--models is empty. Name at least one, or write all.")
        }
        for (option, text) in [("--rpm", self.rpm), ("--tpm", self.tpm), ("--sessions", self.sessions)] {
            guard let text, text != Self.none else { continue }
            guard let value = Int(text), value > 0 else {
                throw ValidationError("\(option) '\(text)' is neither a number from 1 nor none.")
            }
        }
    }

    /// Whether anything was said.
    var isEmpty: Bool {
        [self.models, self.budgetUSD, self.rpm, self.tpm, self.sessions].allSatisfy { $0 == nil }
    }

    /// Puts what was said over what was.
    func apply(to limits: inout UsageLimits, _ models: inout [String]) {
        if let text = self.models { models = text == Self.all ? [] : Self.list(text) }
        if let budgetUSD { limits.budgetMicroUSD = QuantityText.microUSD(budgetUSD) }
        if let rpm { limits.rpm = Int(rpm) }
        if let tpm { limits.tpm = Int(tpm) }
        if let sessions { limits.sessions = Int(sessions) }
    }

    static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
