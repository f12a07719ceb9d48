// The modes that send back what comes.

import ArgumentParser

/// The options of the echo modes.
struct EchoOptions: ParsableArguments {
    @Flag(name: .long, help: "Send every message back until the server closes.")
    var echo = false

    @Flag(name: .long, help: "Run all cases of the Autobahn fuzzing server at this address, then have it report.")
    var autobahn = false

    @Option(name: .long, help: ArgumentHelp("The name in Autobahn's report.", valueName: "NAME"))
    var agent = "rtcat"

    func validate() throws {
        let isPlain = self.agent.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        guard isPlain, !self.agent.isEmpty else {
            throw ValidationError("--agent takes letters, digits and -_. only.")
        }
    }
}
