// Lines, wherever they come from: a prompt, a script on standard input, or the command line. They are handed out one by
// one, and none while paused.

import EventLoop
import RTCatCore

/// What takes lines.
protocol LineReceiver: AnyObject {
    func take(line: String)
    /// There will be no more lines.
    func linesEnded()
    /// The user wants to leave.
    func leave()
    /// The script cannot be read on.
    func scriptFailed(_ reason: String)
}

/// A source of lines; loop-bound.
final class LineInput {
    private static let scriptLineBytes = 64 * 1024 * 1024

    private enum Source {
        case prompt(Prompt)
        case script(LineSplitter)
        case given
    }

    private var source: Source
    private var standardInput: StandardInput?
    private weak var receiver: (any LineReceiver)?
    private var pending: [String] = []
    private var isPaused = false
    private var isPumping = false
    private var hasEnded = false
    private var isEndTold = false

    /// Lines of the command line.
    init(lines: [String], receiver: any LineReceiver) {
        self.source = .given
        self.pending = lines
        self.hasEnded = true
        self.receiver = receiver
    }

    /// Lines of standard input: typed at a prompt when it is a terminal, a script otherwise.
    init(_ program: Program, secrets: [String], receiver: any LineReceiver) {
        if let terminal = program.terminal {
            self.source = .prompt(Prompt(terminal, printer: program.printer, secrets: secrets))
        } else {
            self.source = .script(LineSplitter(lineBytes: Self.scriptLineBytes))
        }
        self.receiver = receiver
        self.standardInput = StandardInput(on: program.loop, receiver: self)
    }

    var isInteractive: Bool {
        if case .prompt = self.source { return true }
        return false
    }

    func start() {
        if case .prompt(let prompt) = self.source { prompt.show() }
        self.standardInput?.start()
        self.pump()
    }

    func pause() {
        self.isPaused = true
        self.standardInput?.pause()
    }

    func resume() {
        guard self.isPaused else { return }
        self.isPaused = false
        self.standardInput?.resume()
        self.pump()
    }

    /// Hands out nothing more, and gives the terminal back.
    func stop() {
        self.isPaused = true
        self.isEndTold = true
        self.standardInput?.stop()
        if case .prompt(let prompt) = self.source { prompt.hide() }
    }

    private func pump() {
        guard !self.isPumping else { return }
        self.isPumping = true
        defer { self.isPumping = false }
        var index = 0
        while !self.isPaused, index < self.pending.count {
            index += 1
            self.receiver?.take(line: self.pending[index - 1])
        }
        self.pending.removeFirst(index)
        if self.hasEnded, self.pending.isEmpty, !self.isPaused, !self.isEndTold {
            self.isEndTold = true
            self.receiver?.linesEnded()
        }
    }
}

extension LineInput: InputReceiver {
    func input(_ bytes: [UInt8]) {
        switch self.source {
        case .given:
            return
        case .prompt(let prompt):
            for outcome in prompt.take(bytes) {
                switch outcome {
                case .line(let line): self.pending.append(line)
                case .leave:
                    self.pump()
                    self.receiver?.leave()
                }
            }
        case .script(var splitter):
            self.source = .given  // Lets go of the copy, so that the next lines change it in place.
            splitter.append(bytes)
            self.takeLines(of: &splitter)
            self.source = .script(splitter)
        }
        self.pump()
    }

    func inputEnded() {
        if case .script(var splitter) = self.source {
            splitter.end()
            self.takeLines(of: &splitter)
        }
        self.hasEnded = true
        self.pump()
    }

    private func takeLines(of splitter: inout LineSplitter) {
        while true {
            switch splitter.next() {
            case .line(let line): self.pending.append(line)
            case .needsMore, .ended: return
            case .tooLong:
                self.receiver?.scriptFailed("a line of the script is longer than \(Self.scriptLineBytes) bytes")
                return
            }
        }
    }
}
