// --echo: one connection that echoes until it is closed.

import RTCatCore
import Transport
import WebSocketFraming

/// The echo mode.
final class EchoMode: Mode {
    private let destination: Destination
    private let program: Program
    private var session: EchoSession?

    init(_ destination: Destination, _ program: Program) {
        self.destination = destination
        self.program = program
    }

    func start() {
        let context = self.program.context(for: self.destination)
        let session = EchoSession(self.destination.request(), context: context) { result in
            self.ended(result)
        }
        self.session = session
        session.start()
    }

    func interrupted() {
        self.session?.stop()
        self.program.finish(ExitVerdict.connectionFailed)
    }

    private func ended(_ result: Result<LegEnd, UpstreamFailure>) {
        switch result {
        case .failure(let failure):
            self.program.printer.complain("rtcat: " + FailureText.describe(failure, self.destination))
            self.program.finish(ExitVerdict.connectionFailed)
        case .success(let end):
            let verdict = ExitVerdict(Ending(end))
            let count = "\(self.session?.messages ?? 0) messages, \(self.session?.bytes ?? 0) bytes echoed"
            self.program.printer.remark("\(count); \(verdict.text)")
            self.program.finish(verdict.code)
        }
    }
}

extension Ending {
    /// The end of a leg that we did not close.
    init(_ end: LegEnd) {
        switch end {
        case .closed(let code, let reason): self = .closedByPeer(code: code?.rawValue, reason: reason)
        case .violation(let violation): self = .violation(violation.reason)
        case .lost(let end): self = .lost(FailureText.describe(end))
        // A message may take as long as it likes here (`Program.context`).
        case .silent, .messageOverdue: self = .silent
        }
    }
}
