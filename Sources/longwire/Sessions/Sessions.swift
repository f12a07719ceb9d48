// longwire sessions list | end

import ArgumentParser
import Foundation
import HTTPFraming
import SessionCore

struct Sessions: CommandGroup {
    static let configuration = CommandConfiguration(
        abstract: "Shows what runs in a relay now, and ends it.",
        discussion: """
            Asks the running relay itself: from this machine, or with its admin key (admin_key of the configuration, \
            else LONGWIRE_ADMIN_KEY). Exit code 69 when it does not answer.

            Example: longwire sessions list
                     longwire sessions end sess_…
            """,
        subcommands: [List.self, End.self]
    )

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Lists live sessions, oldest first.")

        /// As many as /api lists at once.
        private static let limit = 1_000

        @OptionGroup var relay: RelayOption
        @Flag(name: .long, help: "Print one JSON array.")
        var json = false

        func run() async throws {
            let data = try await self.relay.client().call(.get, "/api/sessions?limit=\(Self.limit)")
            if self.json {
                Console.say(try Shown.json(any: data))
            } else {
                Console.say(Self.table(data as? [[String: Any]] ?? []))
            }
        }

        private static func table(_ sessions: [[String: Any]]) -> String {
            guard !sessions.isEmpty else { return "No sessions are open." }
            var table = Table([
                ("ID", .left), ("KIND", .left), ("KEY", .left), ("MODEL", .left), ("UPSTREAM", .left),
                ("STATE", .left), ("AGE", .right), ("TURNS", .right), ("TOKENS", .right), ("COST USD", .right),
            ])
            for session in sessions {
                func text(_ name: String) -> String { session[name].map { "\($0)" } ?? "-" }
                let tokens = (session["tokens"] as? [String: Any])?["total"].map { "\($0)" } ?? "-"
                let age = (session["age_ms"] as? NSNumber).map { "\($0.int64Value / 1_000) s" } ?? "-"
                table.add([
                    text("id"), text("kind"), text("key"), text("model"), text("upstream"), text("state"), age,
                    text("turns"), tokens, text("cost_usd"),
                ])
            }
            return table.text
        }
    }

    struct End: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ends a session with 1008 and the reason session_ended."
        )

        @OptionGroup var relay: RelayOption
        @Argument(help: ArgumentHelp("The session's id, sess_….", valueName: "ID"))
        var id: String

        func validate() throws {
            // It stands in a path.
            guard !self.id.isEmpty, self.id.utf8.allSatisfy({ Base62.isDigit($0) || $0 == UInt8(ascii: "_") }) else {
                throw ValidationError("'\(self.id)' is no session's id. 'longwire sessions list' shows them.")
            }
        }

        func run() async throws {
            _ = try await self.relay.client().call(.delete, "/api/sessions/\(self.id)")
            Console.say("ended \(self.id)")
        }
    }
}
