// Commands that only have other commands below them: alone they are half a sentence, so they tell the other half on
// standard error and end as every wrong command line does, with 64 (sysexits.h EX_USAGE).

import ArgumentParser
import Foundation

/// A command that does nothing itself.
protocol CommandGroup: AsyncParsableCommand {}

extension CommandGroup {
    mutating func run() async throws {
        try? FileHandle.standardError.write(contentsOf: Data((Longwire.helpMessage(for: Self.self) + "\n").utf8))
        throw ExitCode(Console.usageExit)
    }
}
