// The value of an event's "type" (protocol: realtime §4 and §5): short ASCII text, held without an allocation.

/// The type of an event.
package struct EventType: Sendable {
    /// The longest type that is kept; no dialect comes near it.
    package static let capacity = 64

    /// What stands behind the first `count` means nothing.
    private var bytes: InlineArray<64, UInt8>
    /// The number of bytes.
    package private(set) var count = 0

    init() {
        bytes = InlineArray(repeating: 0)
    }

    /// The text at `range`; nil if there is no room for it.
    init?(_ range: Range<Int>, of text: borrowing Span<UInt8>) {
        guard range.count <= Self.capacity, range.upperBound <= text.count else { return nil }
        count = range.count
        if text.count - range.lowerBound >= Self.capacity {
            // Whatever stands behind the type comes along; `count` leaves it out. In bounds by the line above.
            bytes = unsafe text.bytes.unsafeLoadUnaligned(
                fromUncheckedByteOffset: range.lowerBound,
                as: InlineArray<64, UInt8>.self
            )
        } else {
            bytes = InlineArray(repeating: 0)
            for index in range { bytes[index - range.lowerBound] = text[index] }
        }
    }

    /// Adds a byte; false if there is no room.
    mutating func append(_ byte: UInt8) -> Bool {
        guard count < Self.capacity else { return false }
        bytes[count] = byte
        count += 1
        return true
    }

    /// Whether the type is this one.
    package func matches(_ text: StaticString) -> Bool {
        count == text.utf8CodeUnitCount && hasPrefix(text)
    }

    /// Whether the type starts with this text.
    package func hasPrefix(_ text: StaticString) -> Bool {
        let length = text.utf8CodeUnitCount
        guard length <= count else { return false }
        return unsafe bytes.span.withUnsafeBytes { own in
            let other = unsafe UnsafeRawBufferPointer(start: text.utf8Start, count: length)
            var index = 0
            // A word at a time: an event is compared with several names.
            while index &+ 8 <= length {
                let one = unsafe own.loadUnaligned(fromByteOffset: index, as: UInt64.self)
                guard unsafe one == other.loadUnaligned(fromByteOffset: index, as: UInt64.self) else { return false }
                index &+= 8
            }
            while index < length {
                guard unsafe own[index] == other[index] else { return false }
                index &+= 1
            }
            return true
        }
    }

    /// The type as text; bytes that are not UTF-8 become U+FFFD.
    package var text: String {
        var copy: [UInt8] = []
        copy.reserveCapacity(count)
        for index in 0..<count { copy.append(bytes[index]) }
        return String(decoding: copy, as: UTF8.self)
    }
}

extension EventType: Equatable {
    package static func == (one: EventType, other: EventType) -> Bool {
        guard one.count == other.count else { return false }
        for index in 0..<one.count where one.bytes[index] != other.bytes[index] { return false }
        return true
    }
}
