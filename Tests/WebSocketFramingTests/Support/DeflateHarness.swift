// Runs whole messages through the two halves of permessage-deflate, in buffers of any size.

import Testing
import WebSocketFraming

/// Inflates messages given as frames, one payload each.
struct InflationHarness: ~Copyable {
    var inflation: MessageInflation
    let pool: DeflatePool
    /// Bytes of the output buffer.
    var room = 1 << 16
    /// Headroom in front of them.
    let start = 14
    private(set) var chunks: [MessageChunk] = []

    init(
        keepsContext: Bool = false,
        windowBits: Int = 15,
        limits: WebSocketLimits = WebSocketLimits(),
        pool: DeflatePool = DeflatePool()
    ) {
        let direction = DeflateParameters.Direction(windowBits: windowBits, keepsContext: keepsContext)
        self.inflation = MessageInflation(direction, limits: limits)
        self.pool = pool
    }

    /// The message's bytes, or what was wrong with it.
    mutating func inflate(_ frames: [[UInt8]], _ kind: MessageKind = .binary) -> Result<[UInt8], WebSocketViolation> {
        var message = [UInt8]()
        self.chunks = []
        for (index, frame) in frames.enumerated() {
            let input = [0xEE, 0xEE] + frame + [0xEE]
            let chunk = MessageChunk(
                kind: kind,
                isFirst: index == 0,
                isLast: index == frames.count - 1,
                payload: 2..<(2 + frame.count),
                compressed: true
            )
            var cursor = 2
            var output = [UInt8](repeating: 0xEE, count: self.start + self.room)
            frame: while true {
                var bytes = output.mutableSpan
                switch self.inflation.inflate(
                    chunk,
                    of: input.span,
                    from: &cursor,
                    into: &bytes,
                    at: self.start,
                    pool: self.pool
                )
                {
                case .needsMore:
                    #expect(cursor == chunk.payload.upperBound && !chunk.isLast)
                    break frame
                case .violation(let violation): return .failure(violation)
                case .exhausted:
                    Issue.record("no memory")
                    return .failure(.corruptCompression)
                case .message(let inflated):
                    #expect(inflated.isFirst == self.chunks.isEmpty && !inflated.compressed && inflated.kind == kind)
                    self.chunks.append(inflated)
                    message += output[inflated.payload]
                    if inflated.isLast {
                        #expect(chunk.isLast && cursor == chunk.payload.upperBound)
                        break frame
                    }
                }
            }
        }
        #expect(self.chunks.last?.isLast == true)
        return .success(message)
    }
}

/// Deflates messages given as chunks.
struct DeflationHarness: ~Copyable {
    var deflation: MessageDeflation
    let pool: DeflatePool
    var room = 1 << 16

    init(
        keepsContext: Bool = false,
        windowBits: Int = 15,
        rule: CompressionRule = CompressionRule(minimumBytes: 0, compressesBinary: true),
        pool: DeflatePool = DeflatePool()
    ) {
        let direction = DeflateParameters.Direction(windowBits: windowBits, keepsContext: keepsContext)
        self.deflation = MessageDeflation(direction, rule: rule)
        self.pool = pool
    }

    /// The compressed frames' payloads, or nil when the message goes as it is.
    mutating func deflate(_ parts: [[UInt8]], _ kind: MessageKind = .binary) -> [[UInt8]]? {
        var frames = [[UInt8]]()
        for (index, part) in parts.enumerated() {
            let input = [0xEE] + part
            let chunk = MessageChunk(
                kind: kind,
                isFirst: index == 0,
                isLast: index == parts.count - 1,
                payload: 1..<input.count
            )
            var cursor = 1
            var output = [UInt8](repeating: 0xEE, count: 14 + self.room)
            part: while true {
                var bytes = output.mutableSpan
                switch self.deflation.deflate(
                    chunk,
                    of: input.span,
                    from: &cursor,
                    into: &bytes,
                    at: 14,
                    pool: self.pool
                )
                {
                case .asItIs:
                    #expect(cursor == input.count)
                    if chunk.isLast { return nil }
                    break part
                case .needsMore:
                    #expect(!chunk.isLast)
                    break part
                case .message(let compressed):
                    #expect(compressed.compressed && compressed.isFirst == frames.isEmpty)
                    frames.append(Array(output[compressed.payload]))
                    if compressed.isLast {
                        #expect(chunk.isLast)
                        break part
                    }
                }
            }
        }
        return frames
    }
}

/// ASCII text that compresses well and is different everywhere.
func sampleJSON(_ bytes: Int) -> [UInt8] {
    var text = [UInt8]()
    var number = 0
    while text.count < bytes {
        text += Array(
            "{\"type\":\"response.text.delta\",\"event_id\":\"event_\(number &* 7919)\",\"delta\":\" world\"},".utf8
        )
        number += 1
    }
    return Array(text[..<bytes])
}

/// Bytes that do not compress.
func noise(_ bytes: Int, seed: UInt64 = 1) -> [UInt8] {
    var random = SeededGenerator(seed: seed)
    return (0..<bytes).map { _ in UInt8.random(in: 0...255, using: &random) }
}
