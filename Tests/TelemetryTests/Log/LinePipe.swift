import Glibc

/// A pipe whose reading end the test holds.
final class LinePipe {
    let reader: CInt
    let writer: CInt
    private var isClosed = false

    init() {
        var ends: [CInt] = [-1, -1]
        _ = unsafe pipe(&ends)
        (self.reader, self.writer) = (ends[0], ends[1])
    }

    deinit {
        self.closeReader()
        close(self.writer)
    }

    func closeReader() {
        guard !self.isClosed else { return }
        self.isClosed = true
        close(self.reader)
    }

    /// Everything that is in the pipe now.
    func read() -> String {
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe Glibc.read(self.reader, $0.baseAddress, $0.count) }
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
    }
}
