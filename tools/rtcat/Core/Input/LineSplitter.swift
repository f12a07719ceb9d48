// A script's bytes to lines. LF ends a line, a CR before it is dropped; the last line needs no end.

/// Collects bytes and hands out lines.
package struct LineSplitter: Sendable {
    package enum Next: Equatable, Sendable {
        case line(String)
        /// More bytes are needed.
        case needsMore
        case ended
        /// A line is longer than allowed; nothing more is handed out.
        case tooLong
    }

    private let lineBytes: Int
    private var bytes: [UInt8] = []
    private var start = 0
    /// Up to here there is no line end.
    private var searched = 0
    private var isEnded = false

    package init(lineBytes: Int) {
        self.lineBytes = lineBytes
    }

    package mutating func append(_ piece: some Sequence<UInt8>) {
        if self.start > 0 {
            self.bytes.removeFirst(self.start)
            self.searched -= self.start
            self.start = 0
        }
        self.bytes.append(contentsOf: piece)
    }

    /// Nothing more will be appended.
    package mutating func end() {
        self.isEnded = true
    }

    package mutating func next() -> Next {
        if let end = self.bytes[self.searched...].firstIndex(of: 0x0A) {
            return self.take(to: end, skipping: 1)
        }
        self.searched = self.bytes.count
        if self.bytes.count - self.start > self.lineBytes { return .tooLong }
        guard self.isEnded else { return .needsMore }
        return self.start < self.bytes.count ? self.take(to: self.bytes.count, skipping: 0) : .ended
    }

    private mutating func take(to end: Int, skipping skipped: Int) -> Next {
        guard end - self.start <= self.lineBytes else { return .tooLong }
        var line = self.bytes[self.start..<end]
        if line.last == 0x0D { line.removeLast() }
        self.start = end + skipped
        self.searched = self.start
        return .line(String(decoding: line, as: UTF8.self))
    }
}
