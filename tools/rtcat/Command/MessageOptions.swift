// What to send without a prompt, and how long to wait for answers.

import ArgumentParser
import RTCatCore

/// How long to go on listening when nothing more is to be sent.
enum WaitTime: ExpressibleByArgument, Equatable {
    case seconds(Double)
    case untilClosed

    private static let longest = 86_400.0 * 7

    init?(argument: String) {
        if argument == "forever" {
            self = .untilClosed
            return
        }
        guard let seconds = Double(argument), seconds >= 0, seconds <= Self.longest else { return nil }
        self = .seconds(seconds)
    }

    var defaultValueDescription: String {
        switch self {
        case .seconds(let seconds): "\(Int(seconds))"
        case .untilClosed: "forever"
        }
    }
}

/// The options of plain messages.
struct MessageOptions: ParsableArguments {
    @Option(
        name: [.customShort("x"), .long],
        help: ArgumentHelp(
            "Send this message (or command) and leave after --wait; may be repeated.",
            valueName: "MESSAGE"
        )
    )
    var execute: [String] = []

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp(
            "How long to listen after the last -x or the end of standard input; 'forever' until the server closes.",
            valueName: "SECONDS"
        )
    )
    var wait = WaitTime.seconds(2)

    func validate() throws {
        for text in self.execute {
            do {
                _ = try TypedLine(text, isRealtime: false)
            } catch {
                throw ValidationError("-x: \(error).")
            }
        }
    }
}
