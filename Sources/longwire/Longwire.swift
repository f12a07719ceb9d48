// The executable: one command for each thing that people do with a relay.

import ArgumentParser

@main
struct Longwire: CommandGroup {
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "longwire",
        abstract: "A WebSocket-first relay for AI models.",
        discussion: """
            Start with 'longwire serve': without a configuration it listens on 127.0.0.1:8080 in front of a simulated \
            provider (or the providers whose keys are in OPENAI_API_KEY, ANTHROPIC_API_KEY, GEMINI_API_KEY), makes a \
            key, and tells how to use it.

            Exit codes: 0 fine, 1 failure, 64 usage, 69 the relay does not answer, 78 configuration.
            """,
        version: Longwire.version,
        subcommands: [
            Serve.self, Simulate.self, Check.self, Keys.self, Accounts.self, Members.self, Usage.self, Sessions.self,
            Chat.self,
        ]
    )
}
