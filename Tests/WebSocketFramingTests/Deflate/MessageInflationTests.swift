// RFC 7692 §7.2.2 and the examples of §7.2.3; robustness rows D1 to D6.

import Testing
import WebSocketFraming

struct MessageInflationTests {
    static let hello = Array("Hello".utf8)

    // MARK: The examples of §7.2.3

    @Test(
        arguments: [
            [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],  // §7.2.3.1, one block
            [0x00, 0x05, 0x00, 0xFA, 0xFF, 0x48, 0x65, 0x6C, 0x6C, 0x6F, 0x00],  // §7.2.3.3, stored
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00],  // §7.2.3.4, BFINAL
            [0xF2, 0x48, 0x05, 0x00, 0x00, 0x00, 0xFF, 0xFF, 0xCA, 0xC9, 0xC9, 0x07, 0x00],  // §7.2.3.5, two blocks
            [0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00],  // BFINAL without the empty block behind it
        ] as [[UInt8]]
    )
    func helloInAllItsForms(_ payload: [UInt8]) {
        for keepsContext in [false, true] {
            for split in 0...payload.count {
                var harness = InflationHarness(keepsContext: keepsContext)
                let frames = [Array(payload[..<split]), Array(payload[split...])]
                #expect(harness.inflate(frames, .text) == .success(Self.hello))
                // The stream is ready for the next message.
                #expect(harness.inflate([payload], .text) == .success(Self.hello))
                #expect(harness.inflate(payload.map { [$0] }, .text) == .success(Self.hello))
            }
            // Room that ends just where the block does, with its end still inside zlib.
            for room in 1...6 {
                var harness = InflationHarness(keepsContext: keepsContext)
                harness.room = room
                for _ in 0..<2 { #expect(harness.inflate([payload], .text) == .success(Self.hello)) }
                #expect(harness.inflate(payload.map { [$0] }, .text) == .success(Self.hello))
            }
        }
    }

    /// §7.2.3.2: the second message refers to the first.
    @Test func contextTakeover() {
        let first: [UInt8] = [0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]
        let second: [UInt8] = [0xF2, 0x00, 0x11, 0x00, 0x00]
        var keeping = InflationHarness(keepsContext: true)
        #expect(keeping.inflate([first]) == .success(Self.hello))
        #expect(keeping.inflate([second]) == .success(Self.hello))
        var forgetting = InflationHarness()
        #expect(forgetting.inflate([first]) == .success(Self.hello))
        #expect(forgetting.inflate([second]) == .failure(.corruptCompression))
    }

    /// §7.2.3.4 with takeover: the window outlives the stream's end.
    @Test func contextOutlivesAFinalBlock() {
        var harness = InflationHarness(keepsContext: true)
        #expect(harness.inflate([[0xF3, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00, 0x00]]) == .success(Self.hello))
        #expect(harness.inflate([[0xF2, 0x00, 0x11, 0x00, 0x00]]) == .success(Self.hello))
    }

    /// D6, §7.2.3.6: nothing, in the forms it is sent in.
    @Test(arguments: [[[0x00]], [[0x02, 0x00]], [[]], [[], []], [[], [0x00], []], [[0x03, 0x00]]] as [[[UInt8]]])
    func emptyMessages(_ frames: [[UInt8]]) {
        for keepsContext in [false, true] {
            var harness = InflationHarness(keepsContext: keepsContext)
            #expect(harness.inflate(frames, .text) == .success([]))
            #expect(harness.chunks.count == 1)
            #expect(harness.inflate([[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]]) == .success(Self.hello))
        }
    }

    // MARK: Output

    /// Any output buffer gives the same message, in more chunks.
    @Test(arguments: [1, 2, 3, 7, 100, 1000, 5000, 5001]) func anyRoom(_ room: Int) {
        let plain = sampleJSON(5000)
        var deflation = DeflationHarness()
        let frames = deflation.deflate([plain]) ?? []
        for keepsContext in [false, true] {
            var harness = InflationHarness(keepsContext: keepsContext)
            harness.room = room
            for _ in 0..<2 { #expect(harness.inflate(frames, .text) == .success(plain)) }
            #expect(harness.chunks.allSatisfy { $0.payload.count <= room } == true)
            #expect(harness.chunks.count >= plain.count / room)
        }
    }

    /// All that a frame says comes out with it, whatever the room; its message may never end.
    @Test func nothingWaitsForTheNextFrame() throws {
        let plain = [UInt8](repeating: 0x61, count: 200)
        let deflater = try #require(Deflater(windowBits: 15, level: 6, memoryLevel: 8))
        var deflated = [UInt8](repeating: 0, count: 100)
        var bytes = deflated.mutableSpan
        let count = deflater.step(plain.span, into: &bytes, room: 0..<100, flushes: true).produced
        for length in 1...count {
            let outputs = [1, 5, 64, 1 << 16].map { Self.opening(Array(deflated[..<length]), room: $0) }
            #expect(outputs.allSatisfy { $0 == outputs[3] })
            #expect(length < count || outputs[3] == plain)
        }
    }

    /// What comes out of a message's first frame, with more frames to follow.
    static func opening(_ frame: [UInt8], room: Int) -> [UInt8] {
        let chunk = MessageChunk(
            kind: .text,
            isFirst: true,
            isLast: false,
            payload: 0..<frame.count,
            compressed: true
        )
        var inflation = MessageInflation(.init(windowBits: 15, keepsContext: false), limits: WebSocketLimits())
        let pool = DeflatePool()
        var message = [UInt8]()
        var output = [UInt8](repeating: 0, count: room)
        var cursor = 0
        while true {
            var span = output.mutableSpan
            let inflated = inflation.inflate(
                chunk,
                of: frame.span,
                from: &cursor,
                into: &span,
                at: 0,
                pool: pool
            )
            guard case .message(let part) = inflated else { return message }
            message += output[part.payload]
        }
    }

    // MARK: Limits

    /// D1: a bomb is told when the limit is crossed, with a buffer's worth of output.
    @Test func bombs() {
        var deflation = DeflationHarness()
        deflation.room = 1 << 20
        let plain = [UInt8](repeating: 0x61, count: 4 << 20)
        let frames = deflation.deflate([plain]) ?? []
        #expect(frames.joined().count < 1 << 15)
        var exact = InflationHarness(limits: WebSocketLimits(messageBytes: 4 << 20))
        #expect(exact.inflate(frames, .text) == .success(plain))
        var over = InflationHarness(limits: WebSocketLimits(messageBytes: 4 << 20 - 1))
        #expect(over.inflate(frames, .text) == .failure(.messageTooBig))
        #expect(over.chunks.reduce(0) { $0 + $1.payload.count } <= 4 << 20)
        #expect(over.inflation.holdsStream == false)
    }

    /// D2: over many fragments and with context takeover, and anew for each message.
    @Test func bombsInFragments() {
        var deflation = DeflationHarness(keepsContext: true)
        var harness = InflationHarness(keepsContext: true, limits: WebSocketLimits(messageBytes: 1000))
        let fits = [UInt8](repeating: 0x61, count: 1000)
        for _ in 0..<5 {
            let frames = (deflation.deflate([fits]) ?? []).joined().map { [$0] }
            #expect(harness.inflate(frames) == .success(fits))
        }
        let frames = (deflation.deflate([fits + [0x61]]) ?? []).joined().map { [$0] }
        #expect(harness.inflate(frames) == .failure(.messageTooBig))
    }

    /// Streams that end again and again cost far more than their two bytes.
    @Test func endlessEnds() {
        let ends = [[UInt8]](repeating: [0x03, 0x00], count: 10)
        var enough = InflationHarness(limits: WebSocketLimits(fragments: 10))
        #expect(enough.inflate([Array(ends.joined())]) == .success([]))
        var tooFew = InflationHarness(limits: WebSocketLimits(fragments: 9))
        #expect(tooFew.inflate([Array(ends.joined())]) == .failure(.tooManyFragments))
    }

    // MARK: Faults

    /// D3: and the stream is freed.
    @Test(arguments: [[0xFF], [0x06], [0xF2, 0x00, 0xFF, 0xFF], [0x01, 0x05, 0x00, 0x00, 0x00]] as [[UInt8]])
    func corruptStreams(_ payload: [UInt8]) {
        for keepsContext in [false, true] {
            var harness = InflationHarness(keepsContext: keepsContext)
            #expect(harness.inflate([payload], .text) == .failure(.corruptCompression))
            #expect(harness.inflation.holdsStream == false)
            #expect(harness.pool.idleCount == 0)
        }
    }

    /// A message cut short does not end where a block ends.
    @Test func truncatedStreams() {
        let plain = sampleJSON(400)
        var deflation = DeflationHarness()
        let payload = Array((deflation.deflate([plain]) ?? []).joined())
        for length in 1..<(payload.count - 1) {
            var harness = InflationHarness()
            #expect(harness.inflate([Array(payload[..<length])]) != .success(plain))
        }
        var harness = InflationHarness()
        #expect(harness.inflate([Array(payload[..<(payload.count / 2)])]) == .failure(.corruptCompression))
    }

    /// D5: told as soon as it comes out.
    @Test func badUTF8() {
        var deflation = DeflationHarness()
        let plain = Array("good ".utf8) + [0xC3, 0x28] + sampleJSON(500)
        let frames = deflation.deflate([plain]) ?? []
        var text = InflationHarness()
        text.room = 16
        #expect(text.inflate(frames, .text) == .failure(.invalidUTF8))
        #expect(text.chunks.isEmpty == true)
        var binary = InflationHarness()
        #expect(binary.inflate(frames, .binary) == .success(plain))
        var keeping = DeflationHarness(keepsContext: true)
        let unfinished = keeping.deflate([Array("ends in the middle \u{E9}".utf8.dropLast())]) ?? []
        var harness = InflationHarness()
        #expect(harness.inflate(unfinished, .text) == .failure(.invalidUTF8))
    }

    /// A character cut by the output buffer.
    @Test func charactersMayBeCut() {
        let plain = Array(String(repeating: "日本語🙂", count: 50).utf8)
        var deflation = DeflationHarness()
        let frames = deflation.deflate([plain]) ?? []
        for room in 1...8 {
            var harness = InflationHarness()
            harness.room = room
            #expect(harness.inflate(frames, .text) == .success(plain))
        }
    }

    /// No input traps, whatever it is and however it is cut.
    @Test func noiseDoesNotTrap() {
        for seed in UInt64(0)..<400 {
            let input = noise(60, seed: seed)
            var whole = InflationHarness(limits: WebSocketLimits(messageBytes: 500))
            let expected = whole.inflate([input])
            var pieces = InflationHarness(limits: WebSocketLimits(messageBytes: 500))
            pieces.room = 5
            #expect(pieces.inflate(input.map { [$0] }) == expected, "seed \(seed)")
        }
    }

    // MARK: Memory (D8)

    @Test func idleSessionsHoldNoStream() {
        let pool = DeflatePool()
        var harness = InflationHarness(pool: pool)
        #expect(harness.inflation.holdsStream == false)
        #expect(harness.inflate([[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]]) == .success(Self.hello))
        #expect(harness.inflation.holdsStream == false)
        #expect(pool.idleCount == 1)
        var other = InflationHarness(windowBits: 9, pool: pool)
        #expect(other.inflate([[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]]) == .success(Self.hello))
        #expect(pool.idleCount == 1)
        var keeping = InflationHarness(keepsContext: true, pool: pool)
        #expect(keeping.inflate([[0xF2, 0x48, 0xCD, 0xC9, 0xC9, 0x07, 0x00]]) == .success(Self.hello))
        #expect(keeping.inflation.holdsStream == true)
        #expect(pool.idleCount == 1)
    }

    /// Two sessions half through their messages do not mix.
    @Test func interleavedSessions() {
        let pool = DeflatePool()
        var deflation = DeflationHarness()
        let plain = [sampleJSON(3000), Array(sampleJSON(6000).suffix(3000))]
        let payloads = plain.map { Array((deflation.deflate([$0]) ?? []).joined()) }
        var sessions: [[UInt8]] = [[], []]
        var first = MessageInflation(.init(windowBits: 15, keepsContext: false), limits: WebSocketLimits())
        var second = MessageInflation(.init(windowBits: 15, keepsContext: false), limits: WebSocketLimits())
        for step in 0..<2 {
            for index in 0..<2 {
                let half = payloads[index].count / 2
                let range = step == 0 ? 0..<half : half..<payloads[index].count
                let chunk = MessageChunk(
                    kind: .binary,
                    isFirst: step == 0,
                    isLast: step == 1,
                    payload: range,
                    compressed: true
                )
                var cursor = range.lowerBound
                var output = [UInt8](repeating: 0, count: 10_000)
                var bytes = output.mutableSpan
                let input = payloads[index]
                let inflated =
                    index == 0
                    ? first.inflate(chunk, of: input.span, from: &cursor, into: &bytes, at: 0, pool: pool)
                    : second.inflate(chunk, of: input.span, from: &cursor, into: &bytes, at: 0, pool: pool)
                if case .message(let part) = inflated { sessions[index] += output[part.payload] }
            }
        }
        #expect(sessions == plain)
        #expect(pool.idleCount == 2)
    }
}
