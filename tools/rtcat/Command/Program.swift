// One event loop on the main thread, and what ends it: the mode, a signal, or a reader of standard output that left.

import EventLoop
import Logging
import RTCatCore
import Transport

/// The running program.
final class Program {
    /// How long our last bytes may be on their way after the end.
    private static let farewell: Duration = .seconds(1)
    private static let turn: Duration = .milliseconds(100)
    /// sysexits.h EX_USAGE.
    static let usageExit: Int32 = 64

    let loop: EventLoop
    let printer: Printer
    /// Present when both ends are a terminal, so that there can be a prompt.
    let terminal: Terminal?
    private let resolver: Resolver
    private let signals = SignalWatch()
    private var mode: (any Mode)?
    private var exitCode: Int32?
    private var signal: CInt?

    init(printing: PrintOptions, mayPrompt: Bool) throws {
        self.loop = try EventLoop(index: 0)
        self.resolver = try Resolver(threads: 1)
        self.terminal = mayPrompt ? Terminal() : nil
        self.printer = Printer(printing)
    }

    /// A transport context with the bounds of a destination.
    func context(for destination: Destination) -> TransportContext {
        var limits = TransportLimits()
        limits.pingInterval = destination.pingInterval
        // Who looks at a strange server by hand wants to see it out.
        limits.messageTimeout = .zero
        limits.fromUpstream = destination.limits
        limits.deflate = destination.deflate
        let logger = Logger(label: "rtcat") { _ in SwiftLogNoOpLogHandler() }
        return TransportContext(loop: self.loop, resolver: self.resolver, limits: limits, logger: logger)
    }

    /// Ends the program; the first call decides the exit code.
    func finish(_ code: Int32) {
        if self.exitCode == nil { self.exitCode = code }
    }

    /// Turns until the mode has finished; returns the exit code.
    func run(_ mode: any Mode) -> Int32 {
        self.mode = mode
        self.printer.brokenOutput = { [unowned self] in self.mode?.interrupted() }
        self.watchSignals()
        mode.start()
        while self.exitCode == nil {
            self.loop.runOnce()
        }
        self.terminal?.restore()
        self.sayFarewell()
        if let signal = self.signal { return 128 + signal }
        return self.exitCode ?? ExitVerdict.connectionFailed
    }

    /// What was written last is still with the kernel or lingered over.
    private func sayFarewell() {
        let deadline = MonotonicTime.now() + Self.farewell
        while self.loop.registrationCount > 0, MonotonicTime.now() < deadline {
            self.loop.runOnce(timeout: Self.turn)
        }
    }

    private func watchSignals() {
        let signals = self.signals.stream
        self.loop.perform {
            await signals.first { _ in true }
        } then: { signal in
            guard let signal else { return }
            self.received(signal)
        }
    }

    private func received(_ signal: CInt) {
        guard self.signal == nil else {
            self.finish(ExitVerdict.connectionFailed)
            return
        }
        self.signal = signal
        self.mode?.interrupted()
        self.watchSignals()
    }
}
