// The conversation mode: lines from a terminal, answers to it. Lines are edited by the terminal itself.

import ArgumentParser
import Foundation
import Glibc
import SessionCore

/// A conversation on a terminal.
struct ChatTerminal {
    /// What stands before the cursor, on standard error, so that `| tee` keeps the answers alone.
    private static let prompt = "› "
    private static let help = """
        /model [ID]   lists the models, or goes on with another
        /reset        begins anew
        /exit         ends, as Ctrl-D does
        A line that ends in \\ goes on in the next; one that begins with // is sent with one /. Ctrl-C stops an answer.
        """

    /// What a line asks for.
    private enum Request {
        case exit
        case reset
        case help
        case models
        case model(String)
        case say(String)
        case nothing
        case unknown(String)
    }

    let desk: ChatDesk
    var conversation: ChatConversation

    mutating func run() async throws {
        Self.note("\(self.conversation.model) at \(self.desk.credential.client.base). /help tells the commands.")
        while let line = await self.ask() {
            switch Self.request(line) {
            case .exit: return
            case .reset:
                self.conversation.reset()
                Self.note("Anew, with \(self.conversation.model).")
            case .help: Self.note(Self.help)
            case .models: await self.list()
            case .model(let id):
                self.conversation.model = id
                Self.note("Now with \(Shown.oneLine(id)).")
            case .say(let text): await self.say(text)
            case .nothing: break
            case .unknown(let word): Self.note("There is no \(Shown.oneLine(word)). /help tells what there is.")
            }
        }
        // Ctrl-D leaves the cursor behind the prompt.
        Self.note("")
    }

    private mutating func say(_ text: String) async {
        guard !self.conversation.isFull else {
            Self.note("The conversation has grown too long. /reset begins anew.")
            return
        }
        self.desk.interrupts.forgive()
        self.conversation.say(text)
        if await self.desk.answer(&self.conversation) != .success { self.conversation.takeBackUnanswered() }
        if self.desk.interrupts.wasInterrupted { Self.note("(stopped)") }
        self.desk.interrupts.forgive()
    }

    private func list() async {
        guard let models = try? await self.desk.models() else { return }
        Self.note(
            models.map { ($0 == self.conversation.model ? "* " : "  ") + Shown.oneLine($0) }.joined(separator: "\n")
        )
    }

    /// The next line, continued ones joined; nil at the end.
    private func ask() async -> String? {
        var lines: [String] = []
        while true {
            Self.write(lines.isEmpty ? Self.prompt : "… ")
            self.desk.interrupts.during { Self.write("\n(Ctrl-D ends)\n" + Self.prompt) }
            let line = await TerminalLine.read()
            self.desk.interrupts.during(nil)
            guard var line else { return nil }
            guard line.hasSuffix("\\") else { return (lines + [line]).joined(separator: "\n") }
            line.removeLast()
            lines.append(line)
        }
    }

    private static func request(_ line: String) -> Request {
        let line = line.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !line.isEmpty else { return .nothing }
        guard line.hasPrefix("/") else { return .say(line) }
        if line.hasPrefix("//") { return .say(String(line.dropFirst())) }
        let words = line.split(separator: " ", maxSplits: 1).map(String.init)
        switch (words[0], words.dropFirst().first) {
        case ("/exit", nil), ("/quit", nil): return .exit
        case ("/reset", nil): return .reset
        case ("/help", nil), ("/?", nil): return .help
        case ("/model", nil): return .models
        case ("/model", let id?): return .model(id.trimmingCharacters(in: .whitespaces))
        default: return .unknown(line)
        }
    }

    private static func note(_ text: String) { self.write(text + "\n") }

    private static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }
}

/// Lines of a terminal.
enum TerminalLine {
    private static let limitBytes = 1 << 20

    /// The next line without its end, read on a thread of its own; nil at the end of the input.
    static func read() async -> String? {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: self.readNow()) }
        }
    }

    private static func readNow() -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count < self.limitBytes {
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1 else { return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\n") { break }
            bytes.append(byte)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
