// How what comes back is shown.

import ArgumentParser

/// The options of printing.
struct PrintOptions: ParsableArguments {
    @Flag(name: .long, help: "Put the time of day before every line.")
    var timestamps = false

    @Flag(name: .long, help: "Lay JSON messages out over several lines.")
    var json = false

    @Option(
        name: .customLong("max-print"),
        help: ArgumentHelp(
            "Show at most this many bytes of a message; by default 16384 on a terminal and all of a text elsewhere, "
                + "256 of binary.",
            valueName: "N"
        )
    )
    var maxPrint: Int?

    @Flag(name: .customLong("no-color"), help: "No colours (also: NO_COLOR in the environment).")
    var noColor = false

    func validate() throws {
        if let maxPrint, maxPrint < 0 {
            throw ValidationError("--max-print takes a number of bytes, 0 or more.")
        }
    }
}
