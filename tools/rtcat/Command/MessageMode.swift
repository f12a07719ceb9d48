// Plain messages: lines go out, messages come in.

import EventLoop
import Foundation
import RTCatCore
import Transport
import WebSocketFraming

/// The mode without a name.
final class MessageMode: Mode {
    private let options: MessageOptions
    private let secrets: [String]
    private let destination: Destination
    private let program: Program
    private lazy var connection = Connection(
        self.destination.request(),
        context: self.program.context(for: self.destination),
        listener: self
    )
    private var input: LineInput?
    private var isSleeping = false
    /// Set when a script was wrong.
    private var exitOverride: Int32?

    private enum TimerTag {
        static let wait = 1
        static let sleep = 2
    }

    init(_ options: MessageOptions, secrets: [String], _ destination: Destination, _ program: Program) {
        self.options = options
        self.secrets = secrets
        self.destination = destination
        self.program = program
    }

    private var isInteractive: Bool { self.input?.isInteractive ?? false }

    func start() {
        self.connection.open()
    }

    func interrupted() {
        self.leave()
    }

    private func schedule(_ delay: Duration, tag: Int) {
        self.program.loop.schedule(at: self.program.loop.now + delay, self, tag: tag)
    }
}

extension MessageMode: ConnectionListener {
    func opened(subprotocol: String?) {
        let input =
            self.options.execute.isEmpty
            ? LineInput(self.program, secrets: self.secrets, receiver: self)
            : LineInput(lines: self.options.execute, receiver: self)
        self.input = input
        if input.isInteractive {
            let chosen = subprotocol.map { ", subprotocol \($0)" } ?? ""
            self.program.printer.remark("connected\(chosen); /help lists the commands, Ctrl-D leaves")
        }
        input.start()
    }

    func failed(_ failure: UpstreamFailure) {
        self.program.printer.complain("rtcat: " + FailureText.describe(failure, self.destination))
        self.program.finish(ExitVerdict.connectionFailed)
    }

    func received(_ message: [UInt8], isBinary: Bool) {
        self.program.printer.message(message, isBinary: isBinary)
    }

    func ponged(_ text: String) {
        self.program.printer.remark(text)
    }

    func drained() {
        if !self.isSleeping { self.input?.resume() }
    }

    func ended(_ ending: Ending) {
        let wasInteractive = self.isInteractive
        self.input?.stop()
        let verdict = ExitVerdict(ending)
        if verdict.code != ExitVerdict.fine {
            self.program.printer.complain("rtcat: \(verdict.text)")
        } else if wasInteractive {
            self.program.printer.remark(verdict.text)
        }
        self.program.finish(self.exitOverride ?? verdict.code)
    }
}

extension MessageMode: LineReceiver {
    func take(line: String) {
        do {
            self.run(try TypedLine(line, isRealtime: false))
        } catch {
            self.refuse("\(error)")
        }
        if self.connection.isCongested { self.input?.pause() }
    }

    /// At the prompt a mistake is told; in a script it ends the run.
    private func refuse(_ reason: String) {
        self.program.printer.complain("rtcat: \(reason)")
        guard !self.isInteractive else { return }
        self.exitOverride = Program.usageExit
        self.leave()
    }

    private func run(_ line: TypedLine) {
        switch line {
        case .blank: break
        case .message(let text): self.connection.send(text: Array(text.utf8))
        case .ping(let text):
            self.connection.sendPing(Array(text.utf8))
            if self.isInteractive { self.program.printer.remark("ping sent") }
        case .binary(let bytes): self.connection.send(binary: bytes)
        case .binaryFile(let path): self.sendFile(path)
        case .close(let code, let reason):
            self.input?.pause()
            self.connection.close(code: code.map { CloseCode($0) }, reason: reason)
        case .quit: self.leave()
        case .help: self.program.printer.remark(TypedLine.help(isRealtime: false))
        case .sleep(let milliseconds):
            self.isSleeping = true
            self.input?.pause()
            self.schedule(.milliseconds(milliseconds), tag: TimerTag.sleep)
        case .cancel, .event, .audio: break
        }
    }

    private func sendFile(_ path: String) {
        do {
            self.connection.send(binary: try BoundedFile.read(path))
        } catch {
            self.refuse("\(error)")
        }
    }

    func linesEnded() {
        if self.isInteractive {
            self.leave()
        } else if case .seconds(let seconds) = self.options.wait {
            self.schedule(.seconds(seconds), tag: TimerTag.wait)
        }
    }

    func leave() {
        self.input?.pause()
        self.connection.close(code: .normal)
    }

    func scriptFailed(_ reason: String) {
        self.refuse(reason)
    }
}

extension MessageMode: TimerHandler {
    func timerFired(tag: Int) {
        if tag == TimerTag.sleep {
            self.isSleeping = false
            if !self.connection.isCongested { self.input?.resume() }
        } else {
            self.leave()
        }
    }
}
