// longwire chat

import ArgumentParser
import Foundation
import Gateway
import Glibc
import SessionCore

struct Chat: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Talks to a model through a running relay.",
        discussion: """
            The answer is printed as it arrives. The text comes from the arguments, or from a pipe; '-' among the \
            arguments stands for standard input. Without either, on a terminal, it is a conversation: /help tells its \
            commands, Ctrl-C stops an answer, Ctrl-D ends.

            The key is LONGWIRE_API_KEY, or --key (which other programs on this machine can read). Without one, on the \
            relay's own machine, a key is made in its store that works from this machine only, for a quarter of an \
            hour at most, and is deleted at the end.

            Example: longwire chat "你好"
                     longwire chat --model gpt-4o-mini --system "Answer in one line." "What is a relay?"
                     git diff | longwire chat "Write a commit message for this:" -
                     LONGWIRE_API_KEY=sk-lw-… longwire chat --url https://relay.example.com

            Exit codes: 0 answered, 1 refused or broken off, 64 usage, 69 the relay does not answer, 78 configuration, \
            130 stopped with Ctrl-C.
            """
    )

    @OptionGroup var relay: RelayOption
    @Option(name: .long, help: ArgumentHelp("The key to show; else LONGWIRE_API_KEY.", valueName: "KEY"))
    var key: String?
    @Option(
        name: .long,
        help: ArgumentHelp("The model; else the first that the key may chat with.", valueName: "ID")
    )
    var model: String?
    @Option(name: .long, help: ArgumentHelp("What the model is told first.", valueName: "TEXT"))
    var system: String?
    @Argument(help: ArgumentHelp("What to say; several are joined by blanks.", valueName: "TEXT"))
    var text: [String] = []

    func validate() throws {
        if let key, key.isEmpty || !key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) {
            throw ValidationError("--key is no key: it is empty, or has characters that keys do not have.")
        }
        if let model, model.isEmpty {
            throw ValidationError("--model is empty. 'longwire chat' without it takes the first model there is.")
        }
    }

    func run() async throws {
        let given = try self.given()
        let configuration = try self.relay.config.load()
        // Without it a closed pipe would end us before a key of ours is deleted.
        signal(SIGPIPE, SIG_IGN)
        let credential = try await self.credential(configuration)
        let interrupts = Interrupts { await credential.forget() }
        do {
            let desk = ChatDesk(credential: credential, interrupts: interrupts)
            let conversation = ChatConversation(model: try await self.chosen(desk), system: self.system)
            if let given {
                try await desk.answer(once: given, conversation)
            } else {
                var terminal = ChatTerminal(desk: desk, conversation: conversation)
                try await terminal.run()
            }
        } catch {
            await credential.forget()
            throw error
        }
        await credential.forget()
    }

    /// What is to be said once; nil for a conversation.
    private func given() throws -> String? {
        if self.text.isEmpty, isatty(STDIN_FILENO) == 1 { return nil }
        let words = self.text.isEmpty ? ["-"] : self.text
        var piped: String?
        if words.contains("-") { piped = try Self.readPipe() }
        let text = words.map { $0 == "-" ? piped ?? "" : $0 }.joined(separator: " ")
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("There is nothing to say. Give a text, pipe one in, or run this on a terminal.")
        }
        return text
    }

    /// Standard input to its end, no more of it than a request may have.
    private static func readPipe() throws -> String {
        let limit = 16 << 20
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(STDIN_FILENO, &block, block.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            bytes += block.prefix(count)
            guard bytes.count <= limit else {
                throw ValidationError("What is piped in is larger than \(limit >> 20) MiB.")
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The key that was given, or else one of this machine's own.
    private func credential(_ configuration: Configuration) async throws -> ChatCredential {
        let environment = ProcessInfo.processInfo.environment["LONGWIRE_API_KEY"] ?? ""
        if let text = self.key ?? (environment.isEmpty ? nil : environment) {
            return ChatCredential(client: try self.relay.client(configuration, showing: Secret(text)))
        }
        let client = try self.relay.client(configuration, showing: nil)
        return try await ChatCredential.local(for: client, configuration)
    }

    private func chosen(_ desk: ChatDesk) async throws -> String {
        if let model { return model }
        let models = try await desk.models()
        if let first = models.first { return first }
        Console.complain("This key may use no model that is known to chat. Name one with --model.")
        throw ExitCode.failure
    }
}
