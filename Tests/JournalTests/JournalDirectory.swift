// A directory of one test, gone afterwards, and journals in it.

import Glibc
import Journal

/// Makes a directory and removes the journals in it, and then itself.
final class JournalDirectory: Sendable {
    let path: String

    init() throws {
        var template = Array("/tmp/longwire-journal-XXXXXX".utf8CString)
        let made = template.withUnsafeMutableBufferPointer { $0.baseAddress.flatMap { mkdtemp($0) } != nil }
        guard made else { throw JournalError.system(path: "/tmp", call: "mkdtemp", code: errno) }
        self.path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    deinit {
        for number in 0..<JournalNames.maximumCount {
            unlink(self.names.path(number))
            unlink(self.names.path(number) + ".damaged")
        }
        rmdir(self.path)
    }

    var names: JournalNames { JournalNames(base: self.path + "/ledger") }

    func exists(_ number: Int) -> Bool { access(self.names.path(number), F_OK) == 0 }

    /// Overwrites bytes of a file, as a failing disk does.
    func overwrite(_ number: Int, at offset: Int, with bytes: [UInt8]) {
        let descriptor = open(self.names.path(number), O_WRONLY)
        bytes.withUnsafeBytes { _ = pwrite(descriptor, $0.baseAddress, $0.count, offset) }
        close(descriptor)
    }
}

/// Records of different lengths that tell themselves apart.
func record(_ number: Int) -> [UInt8] {
    Array("record \(number) ".utf8) + Array(repeating: UInt8(truncatingIfNeeded: number), count: number % 40)
}
