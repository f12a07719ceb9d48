// Writes the upstream log: one line per record, from all loops, in the order of their arrival here.

import Foundation
import OpenSSLTLS
import Synchronization

/// A file that takes upstream log records.
package final class SimulatorLog: Sendable {
    private let file: Mutex<FileHandle>

    /// Appends to the file at `path`, which is made readable for its owner only.
    package init(path: String) throws {
        let manager = FileManager.default
        if !manager.fileExists(atPath: path) {
            _ = manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
        }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seekToEnd()
        self.file = Mutex(handle)
    }

    /// Writes one record; a full disk loses it, for there is nobody to tell.
    package func write(_ record: UpstreamLogRecord) {
        let milliseconds = Int64(Date().timeIntervalSince1970 * 1000)
        let line = Data(record.line(unixTime: milliseconds))
        self.file.withLock { try? $0.write(contentsOf: line) }
    }
}

extension SimulatorLog {
    /// A message's record, digest included.
    func writeMessage(
        connection: UInt64,
        _ direction: UpstreamLogRecord.Direction,
        _ opcode: UpstreamLogRecord.Opcode,
        _ bytes: [UInt8]
    ) {
        let digest = SHA256Digest(hashing: bytes)
        self.write(.message(connection: connection, direction, opcode, bytes: bytes, sha256: digest.bytes))
    }
}
