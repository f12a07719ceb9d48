// --autobahn: drives the Autobahn fuzzing server through its own protocol: /getCaseCount answers the number of cases as
// a text message, /runCase?case=N is one case to be echoed, /updateReports writes the report. What the cases are worth
// is the report's business; here only the loop can fail.

import EventLoop
import RTCatCore
import Transport

/// Runs a whole suite.
final class AutobahnMode: Mode {
    private static let caseLimit = 100_000

    private enum Phase {
        case counting
        case running(Int)
        case reporting
    }

    private let agent: String
    private let destination: Destination
    private let program: Program
    private let context: TransportContext
    private var phase = Phase.counting
    private var count = 0
    private var connection: Connection?
    private var session: EchoSession?

    init(agent: String, _ destination: Destination, _ program: Program) {
        self.agent = agent
        self.destination = destination
        self.program = program
        self.context = program.context(for: destination)
    }

    func start() {
        self.connect("/getCaseCount")
    }

    func interrupted() {
        self.session?.stop()
        self.program.finish(ExitVerdict.connectionFailed)
    }

    private func connect(_ target: String) {
        let connection = Connection(
            self.destination.request(target: target),
            context: self.context,
            listener: self
        )
        self.connection = connection
        connection.open()
    }

    private func run(_ number: Int) {
        guard number <= self.count else {
            self.phase = .reporting
            self.session = nil
            self.connect("/updateReports?agent=\(self.agent)")
            return
        }
        self.phase = .running(number)
        if number % 25 == 1 { self.program.printer.remark("case \(number) of \(self.count)") }
        let target = "/runCase?case=\(number)&agent=\(self.agent)"
        let session = EchoSession(self.destination.request(target: target), context: self.context) { result in
            switch result {
            case .success: self.run(number + 1)
            case .failure(let failure): self.failed(failure)
            }
        }
        self.session = session
        session.start()
    }
}

extension AutobahnMode: ConnectionListener {
    func opened(subprotocol: String?) {}

    func failed(_ failure: UpstreamFailure) {
        self.program.printer.complain("rtcat: " + FailureText.describe(failure, self.destination))
        self.program.finish(ExitVerdict.connectionFailed)
    }

    func received(_ message: [UInt8], isBinary: Bool) {
        guard case .counting = self.phase, let count = Int(String(decoding: message, as: UTF8.self)),
            (1...Self.caseLimit).contains(count)
        else { return }
        self.count = count
    }

    func ponged(_ text: String) {}

    func drained() {}

    func ended(_ ending: Ending) {
        self.connection = nil
        switch self.phase {
        case .counting:
            guard self.count > 0 else {
                self.program.printer.complain(
                    "rtcat: the server at this address is no Autobahn fuzzing server: it told no number of cases"
                )
                self.program.finish(ExitVerdict.connectionFailed)
                return
            }
            self.run(1)
        case .reporting:
            self.program.printer.result("\(self.count) cases run as \(self.agent); the server has written its report")
            self.program.finish(ExitVerdict.fine)
        case .running:
            break
        }
    }
}
