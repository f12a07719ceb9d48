// --realtime and --seed: runs a talk on a connection. It decides nothing: events and lines go into the talk, its actions are done.

import EventLoop
import Foundation
import RTCatCore
import Transport
import WebSocketFraming

/// The realtime mode.
final class RealtimeMode: Mode {
    private enum TimerTag {
        static let talk = 1
        static let sleep = 2
    }

    private let options: RealtimeOptions
    private let destination: Destination
    private let program: Program
    private let turns: [TalkTurn]
    private let sound: SoundFile?
    private var talk: any Talk
    private lazy var connection = Connection(
        self.destination.request(),
        context: self.program.context(for: self.destination),
        listener: self
    )
    private var input: LineInput?
    private var timer: TimerID?
    private var isSleeping = false
    private var isLeaving = false
    private var exitOverride: Int32?

    /// Nil, with a complaint, when a file cannot be used.
    init?(_ options: RealtimeOptions, key: String?, _ destination: Destination, _ program: Program) {
        self.options = options
        self.destination = destination
        self.program = program
        var turns = options.text.map { TalkTurn.text($0) }
        for path in options.audio {
            do {
                turns.append(try Self.speech(path))
            } catch {
                program.printer.complain("rtcat: \(error)")
                return nil
            }
        }
        self.turns = turns
        self.sound = options.save.flatMap { SoundFile($0) }
        if let path = options.save, self.sound == nil {
            program.printer.complain("rtcat: cannot write \(path): check folder and permissions")
            return nil
        }
        self.talk = options.seed ? SeedTalk(options.seedPlan(key: key)) : RealtimeTalk(options.plan)
    }

    private static func speech(_ path: String) throws -> TalkTurn {
        do {
            return .audio(SpeechAudio(try WAVFile(try BoundedFile.read(path))))
        } catch let error as WAVError {
            throw BoundedFile.Failure(description: "\(path): \(error)")
        }
    }

    private var now: Int64 { self.program.loop.now.nanoseconds }
    private var isInteractive: Bool { self.input?.isInteractive ?? false }

    func start() {
        self.connection.open()
    }

    func interrupted() {
        self.leave()
    }

    // MARK: Doing what the talk says

    private func run(_ actions: [TalkAction]) {
        for action in actions {
            switch action {
            case .send(let event):
                self.note("→", event)
                self.connection.send(text: event)
            case .play(let sound):
                self.sound?.append(sound)
            case .tell(let note):
                self.tell(note)
            case .finish(let hasFailed):
                if hasFailed { self.exitOverride = self.exitOverride ?? ExitVerdict.connectionFailed }
                self.leave()
            }
        }
        self.schedule()
    }

    private func schedule() {
        if let timer = self.timer {
            self.program.loop.cancel(timer)
            self.timer = nil
        }
        // What the server does not take must not pile up; `drained` goes on.
        guard !self.isLeaving, !self.connection.isCongested, let deadline = self.talk.nextDeadline else { return }
        self.timer = self.program.loop.schedule(
            at: MonotonicTime(nanoseconds: deadline),
            self,
            tag: TimerTag.talk
        )
    }

    private func tell(_ note: TalkNote) {
        let printer = self.program.printer
        switch note {
        case .user(let text):
            if !self.isInteractive { printer.say("you", text) }
        case .speaking(let milliseconds): printer.say("you", "(speaking, \(TurnReport.seconds(milliseconds)))")
        case .userTranscript(let text): printer.say("you, heard", text)
        case .assistant(let text): printer.piece("assistant", text)
        case .assistantEnd: printer.endLine()
        case .functionCall(let name, let arguments, let result):
            let answer = result.map { " → \($0)" } ?? " (no --tool for it)"
            printer.say("call", "\(name)(\(arguments))\(answer)")
        case .report(let report): printer.remark("  " + report.text)
        case .problem(let text): printer.complain("rtcat: \(text)")
        }
    }

    /// --events: the type of an event, either way.
    private func note(_ direction: String, _ event: [UInt8]) {
        guard self.options.events else { return }
        let type = JSONObject(event)?.string("type") ?? "(no type)"
        self.program.printer.remark("\(direction) \(VisibleText.safe(type))")
    }
}

extension RealtimeMode: ConnectionListener {
    func opened(subprotocol: String?) {
        self.run(self.talk.opened(now: self.now))
        guard self.turns.isEmpty else {
            for turn in self.turns { self.add(turn) }
            self.run(self.talk.endInput(now: self.now))
            return
        }
        let input = LineInput(self.program, secrets: [], receiver: self)
        self.input = input
        if input.isInteractive {
            self.program.printer.remark("connected; write to the model, /help lists the commands, Ctrl-D leaves")
        }
        input.start()
    }

    func failed(_ failure: UpstreamFailure) {
        self.program.printer.complain("rtcat: " + FailureText.describe(failure, self.destination))
        self.program.finish(ExitVerdict.connectionFailed)
    }

    func received(_ message: [UInt8], isBinary: Bool) {
        self.note("←", message)
        self.run(self.talk.receive(message, now: self.now))
    }

    func ponged(_ text: String) {
        self.program.printer.remark(text)
    }

    func drained() {
        if !self.isSleeping { self.input?.resume() }
        self.schedule()
    }

    func ended(_ ending: Ending) {
        let isExpected = self.isLeaving || self.input != nil
        let wasInteractive = self.isInteractive
        self.isLeaving = true
        self.run(self.talk.connectionEnded())
        self.input?.stop()
        let verdict = ExitVerdict(ending)
        var code = self.exitOverride ?? verdict.code
        if verdict.code != ExitVerdict.fine {
            self.program.printer.complain("rtcat: \(verdict.text)")
        } else if !isExpected {
            self.program.printer.complain("rtcat: \(verdict.text), before every turn was answered")
            code = ExitVerdict.connectionFailed
        } else if wasInteractive {
            self.program.printer.remark(verdict.text)
        }
        self.finishSound()
        self.program.finish(code)
    }

    private func finishSound() {
        guard let sound = self.sound else { return }
        if !sound.finish(sampleRate: self.talk.answerSampleRate) {
            self.program.printer.complain("rtcat: \(sound.path) could not be written completely; is the disk full?")
        } else if sound.bytes == 0 {
            self.program.printer.complain("rtcat: no sound came; \(sound.path) is empty")
        } else {
            let milliseconds = sound.bytes / 2 * 1000 / self.talk.answerSampleRate
            self.program.printer.remark("\(sound.path): \(TurnReport.seconds(milliseconds)) of sound")
        }
    }
}

extension RealtimeMode: LineReceiver {
    func take(line: String) {
        do {
            try self.perform(try TypedLine(line, isRealtime: true))
        } catch {
            self.refuse("\(error)")
        }
        if self.connection.isCongested { self.input?.pause() }
    }

    private func perform(_ line: TypedLine) throws {
        switch line {
        case .blank: break
        case .message(let text): self.add(.text(text))
        case .audio(let path): self.add(try Self.speech(path))
        case .event(let json): self.connection.send(text: Array(json.utf8))
        case .cancel: self.run(self.talk.cancel())
        case .ping(let text):
            self.connection.sendPing(Array(text.utf8))
            if self.isInteractive { self.program.printer.remark("ping sent") }
        case .binary(let bytes): self.connection.send(binary: bytes)
        case .binaryFile(let path): self.connection.send(binary: try BoundedFile.read(path))
        case .close(let code, let reason):
            self.isLeaving = true
            self.connection.close(code: code.map { CloseCode($0) }, reason: reason)
        case .quit: self.leave()
        case .help: self.program.printer.remark(TypedLine.help(isRealtime: true))
        case .sleep(let milliseconds):
            self.isSleeping = true
            self.input?.pause()
            let deadline = self.program.loop.now + .milliseconds(milliseconds)
            self.program.loop.schedule(at: deadline, self, tag: TimerTag.sleep)
        }
    }

    private func add(_ turn: TalkTurn) {
        let (accepted, actions) = self.talk.add(turn, now: self.now)
        if !accepted { self.refuse("too many turns wait; this one is dropped") }
        self.run(actions)
    }

    private func refuse(_ reason: String) {
        self.program.printer.complain("rtcat: \(reason)")
        guard !self.isInteractive else { return }
        self.exitOverride = Program.usageExit
        self.leave()
    }

    func linesEnded() {
        self.run(self.talk.endInput(now: self.now))
    }

    func leave() {
        self.isLeaving = true
        self.input?.pause()
        self.connection.close(code: .normal)
    }

    func scriptFailed(_ reason: String) {
        self.refuse(reason)
    }
}

extension RealtimeMode: TimerHandler {
    func timerFired(tag: Int) {
        if tag == TimerTag.sleep {
            self.isSleeping = false
            if !self.connection.isCongested { self.input?.resume() }
        } else {
            self.timer = nil
            self.run(self.talk.timerFired(now: self.now))
        }
    }
}
