// Feeds the parsers of HTTPFraming in every way a socket may cut the bytes, and a generator for seeded noise.

import HTTPFraming

/// What a head parser made of its input.
enum HeadOutcome<Head: Equatable>: Equatable {
    case head(Head, consumed: Int)
    case violation(HTTPViolation)
    case needsMore

    var violation: HTTPViolation? {
        if case .violation(let violation) = self { violation } else { nil }
    }

    var head: Head? {
        if case .head(let head, _) = self { head } else { nil }
    }
}

/// How many bytes arrive with each read.
struct Delivery {
    var cuts: [Int]

    static func whole(_ count: Int) -> Delivery { Delivery(cuts: [count]) }
    static func single(_ count: Int) -> Delivery { Delivery(cuts: Array(1...max(count, 1))) }
    static func split(_ count: Int, at index: Int) -> Delivery { Delivery(cuts: [index, count]) }
}

func requestOutcome(
    _ bytes: [UInt8],
    _ delivery: Delivery? = nil,
    limits: HTTPLimits = HTTPLimits()
) -> HeadOutcome<RequestHead> {
    var parser = RequestParser(limits: limits)
    for cut in (delivery ?? .whole(bytes.count)).cuts {
        do throws(HTTPViolation) {
            let (head, consumed) = try parser.parse(bytes.span.extracting(first: cut)) ?? (nil, 0)
            if let head { return .head(head, consumed: consumed) }
        } catch {
            return .violation(error)
        }
    }
    return .needsMore
}

func requestOutcome(_ text: String, limits: HTTPLimits = HTTPLimits()) -> HeadOutcome<RequestHead> {
    requestOutcome(Array(text.utf8), limits: limits)
}

func responseOutcome(
    _ bytes: [UInt8],
    _ delivery: Delivery? = nil,
    method: HTTPMethod = .get,
    limits: HTTPLimits = .response
) -> HeadOutcome<ResponseHead> {
    var parser = ResponseParser(limits: limits, requestMethod: method)
    for cut in (delivery ?? .whole(bytes.count)).cuts {
        do throws(HTTPViolation) {
            let (head, consumed) = try parser.parse(bytes.span.extracting(first: cut)) ?? (nil, 0)
            if let head { return .head(head, consumed: consumed) }
        } catch {
            return .violation(error)
        }
    }
    return .needsMore
}

func responseOutcome(_ text: String, method: HTTPMethod = .get) -> HeadOutcome<ResponseHead> {
    responseOutcome(Array(text.utf8), method: method)
}

/// What a body decoder made of its input.
struct BodyOutcome: Equatable {
    var content: [UInt8] = []
    var violation: HTTPViolation?
    var ended = false
    /// Where the cursor stood at the end.
    var consumed = 0
}

/// Decodes a body, `size` bytes becoming visible at a time.
func bodyOutcome(
    _ framing: BodyFraming,
    _ bytes: [UInt8],
    size: Int? = nil,
    limits: HTTPLimits = HTTPLimits()
) -> BodyOutcome {
    var decoder = BodyDecoder(framing, limits: limits)
    var outcome = BodyOutcome()
    var end = 0
    do throws(HTTPViolation) {
        while true {
            end = min(bytes.count, end + (size ?? bytes.count))
            var event = BodyEvent.needsMore
            repeat {
                event = try decoder.next(bytes.span, from: &outcome.consumed, to: end)
                if case .data(let range) = event { outcome.content += bytes[range] }
            } while event != .needsMore && event != .end
            outcome.ended = event == .end
            if outcome.ended || end == bytes.count { return outcome }
        }
    } catch {
        outcome.violation = error
    }
    return outcome
}

func bodyOutcome(_ framing: BodyFraming, _ text: String, limits: HTTPLimits = HTTPLimits()) -> BodyOutcome {
    bodyOutcome(framing, Array(text.utf8), limits: limits)
}

/// SplitMix64: small, seeded, the same everywhere.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

extension SeededGenerator {
    /// Changes, drops, doubles or inserts a few bytes; inserted ones are often those the grammar cares about.
    mutating func mutate(_ bytes: [UInt8]) -> [UInt8] {
        let spice = Array("\r\n\t :;,0/#?\0\u{7F}aH".utf8) + [0x80, 0xFF]
        var result = bytes
        for _ in 0..<Int.random(in: 1...4, using: &self) {
            let index = Int.random(in: 0...result.count, using: &self)
            let byte = spice.randomElement(using: &self) ?? 0
            switch Int.random(in: 0..<4, using: &self) {
            case 0 where index < result.count: result[index] = byte
            case 1 where index < result.count: result.remove(at: index)
            case 2 where index < result.count: result.insert(result[index], at: index)
            default: result.insert(byte, at: index)
            }
        }
        return result
    }
}
