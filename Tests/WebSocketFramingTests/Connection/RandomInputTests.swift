// Seeded noise against the receiving half: no input may trap, and how it is cut must not change what comes out.

import Testing
import WebSocketFraming

/// SplitMix64: small, seeded, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    mutating func next() -> UInt64 {
        self.state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

struct RandomInputTests {
    /// Mostly legal traffic with a wrong byte now and then.
    static func traffic(_ role: Role, _ random: inout SeededGenerator) -> [UInt8] {
        var input = [UInt8]()
        for _ in 0..<Int.random(in: 1...12, using: &random) {
            let opcode = [0, 1, 1, 2, 2, 8, 9, 10, 3].randomElement(using: &random) ?? 1
            let size = [0, 1, 5, 125, 126, 300].randomElement(using: &random) ?? 0
            let ascii = Bool.random(using: &random)
            let payload = (0..<size).map { _ in UInt8.random(in: ascii ? 0x20...0x7E : 0...255, using: &random) }
            let final = opcode >= 8 || Bool.random(using: &random)
            input += WireFrame.toward(role, UInt8(opcode), payload, final: final).bytes
        }
        if Int.random(in: 0..<4, using: &random) == 0, let index = input.indices.randomElement(using: &random) {
            input[index] = UInt8.random(in: 0...255, using: &random)
        }
        return input
    }

    @Test(arguments: bothRoles) func cutsDoNotMatter(_ role: Role) {
        var random = SeededGenerator(seed: 0x10_4E67)
        for round in 0..<1500 {
            let input = Self.traffic(role, &random)
            let limits = WebSocketLimits(messageBytes: 600, heldFrameBytes: [0, 64, 4096][round % 3], fragments: 6)
            let expected = Feeder.events(role, input, limits: limits)
            var feeder = Feeder(role, limits: limits)
            var position = 0
            while position < input.count {
                let next = min(input.count, position + Int.random(in: 1...40, using: &random))
                feeder.feed(input[position..<next])
                position = next
            }
            #expect(feeder.events == expected, "round \(round)")
        }
    }

    @Test(arguments: bothRoles) func noiseDoesNotTrap(_ role: Role) {
        var random = SeededGenerator(seed: 0xBAD)
        for _ in 0..<5000 {
            let input = (0..<Int.random(in: 0...40, using: &random)).map { _ in
                UInt8.random(in: 0...255, using: &random)
            }
            #expect(Feeder.events(role, input).count <= input.count)
        }
    }
}
