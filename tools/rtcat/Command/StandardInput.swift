// Standard input on the loop. Terminals, pipes and sockets can be watched; a plain file cannot (epoll says EPERM), but
// reading it never waits, so it is read piece by piece between turns. The descriptor stays blocking, for it may be
// shared with other programs; it is read only when the loop says that something is there.

import EventLoop
import Glibc

/// What takes the bytes of standard input.
protocol InputReceiver: AnyObject {
    func input(_ bytes: [UInt8])
    func inputEnded()
}

/// Reads standard input; loop-bound.
final class StandardInput {
    private static let pieceBytes = 64 * 1024

    private let loop: EventLoop
    private weak var receiver: (any InputReceiver)?
    private var registration: Registration?
    private var isPlainFile = false
    private var isPaused = false
    private var isEnded = false
    private var isTurnAsked = false

    init(on loop: EventLoop, receiver: any InputReceiver) {
        self.loop = loop
        self.receiver = receiver
    }

    func start() {
        do {
            self.registration = try self.loop.add(STDIN_FILENO, .read, self)
        } catch  where error.code == EPERM {
            self.isPlainFile = true
            self.askForTurn()
        } catch {
            self.end()
        }
    }

    func pause() {
        self.isPaused = true
        if let registration = self.registration { self.loop.update(registration, []) }
    }

    func resume() {
        self.isPaused = false
        if let registration = self.registration { self.loop.update(registration, .read) }
        if self.isPlainFile { self.askForTurn() }
    }

    /// Reads no more; the receiver hears nothing more.
    func stop() {
        self.isEnded = true
        if let registration = self.registration {
            self.loop.remove(registration)
            self.registration = nil
        }
    }

    private func askForTurn() {
        guard !self.isTurnAsked, !self.isEnded else { return }
        self.isTurnAsked = true
        self.loop.atEndOfTurn(self)
    }

    private func read() {
        guard !self.isPaused, !self.isEnded else { return }
        var count = 0
        var bytes = [UInt8](repeating: 0, count: Self.pieceBytes)
        repeat {
            count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(STDIN_FILENO, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        if count > 0 {
            self.receiver?.input(Array(bytes[..<count]))
        } else if count == 0 || errno != EAGAIN {
            self.end()
        }
    }

    private func end() {
        guard !self.isEnded else { return }
        self.stop()
        self.receiver?.inputEnded()
    }
}

extension StandardInput: ReadinessHandler {
    func ready(_ readiness: Readiness) {
        self.read()
    }
}

extension StandardInput: TurnHandler {
    func endOfTurn() {
        self.isTurnAsked = false
        self.read()
        if !self.isPaused { self.askForTurn() }
    }
}
