// Most events of a session are like the one before: audio, mostly. Whoever remembers how the latest began need not read
// the same name again.
//
// What is remembered ends with the quotation mark behind the type, so that bytes which equal it mean the same whatever
// follows: the memory can be of another session, and never wrong.

import Dialects

/// What an event's type is told apart by.
protocol EventKind: Sendable {
    init(_ type: EventType)
}

extension RealtimeServerEventKind: EventKind {}
extension RealtimeClientEventKind: EventKind {}

/// How the latest event began whose `type` stood first, and which kind it was.
///
/// One serves all sessions of a loop, for one direction.
struct RecentHead<Kind: EventKind> {
    /// The longest beginning that is remembered; shorter messages are not compared.
    static var capacity: Int { 64 }

    private var kind: Kind?
    private var head = SIMD8<UInt64>()
    /// Which bits of the first 64 bytes belong to the beginning.
    private var mask = SIMD8<UInt64>()

    /// The kind of a whole message; nil if it has no type.
    @inline(__always)
    mutating func read(_ message: borrowing Span<UInt8>) -> Kind? {
        self.recall(message) ?? self.learn(message)
    }

    /// The kind of a message that begins like the latest; nil says nothing.
    ///
    /// - Parameter maskingKey: the key that the message is masked with (RFC 6455 §5.3).
    @inline(__always)
    func recall(_ message: borrowing Span<UInt8>, under maskingKey: UInt32 = 0) -> Kind? {
        guard let kind, message.count >= Self.capacity else { return nil }
        let word = (UInt64(maskingKey) | UInt64(maskingKey) << 32).littleEndian
        let beginning = Self.beginning(of: message) ^ SIMD8(repeating: word)
        let difference = (beginning & self.mask) ^ self.head
        let four = difference.lowHalf | difference.highHalf
        let pair = four.lowHalf | four.highHalf
        return pair[0] | pair[1] == 0 ? kind : nil
    }

    /// Reads the type, and remembers how the message began if the type stands first.
    @inline(never)
    private mutating func learn(_ message: borrowing Span<UInt8>) -> Kind? {
        guard let leading = EventTypeScanner.leadingType(of: message) else {
            return EventTypeScanner.type(of: message).map { Kind($0) }
        }
        let kind = Kind(leading.type)
        if leading.length <= Self.capacity, message.count >= Self.capacity {
            self.kind = kind
            self.mask = Self.mask(bytes: leading.length)
            self.head = Self.beginning(of: message) & self.mask
        }
        return kind
    }

    /// All bits of the first `count` bytes.
    private static func mask(bytes count: Int) -> SIMD8<UInt64> {
        var mask = SIMD8<UInt64>()
        for word in 0..<8 {
            let bytes = min(max(count - word * 8, 0), 8)
            // A smart shift: by 64, nothing is left.
            mask[word] = (UInt64.max >> UInt64(64 - bytes * 8)).littleEndian
        }
        return mask
    }

    /// The first 64 bytes, which the caller has seen to be there.
    @inline(__always)
    private static func beginning(of message: borrowing Span<UInt8>) -> SIMD8<UInt64> {
        unsafe message.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: 0, as: SIMD8<UInt64>.self)
    }
}
