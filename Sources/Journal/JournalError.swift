// What can stand in the way of a journal.

import CLinux
import Glibc

/// Why a journal cannot be had or read; told with its path.
package enum JournalError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A call failed with this errno.
    case system(path: String, call: String, code: Int32)
    /// The file has a journal's name and is none, or one of a newer version.
    case foreign(path: String)
    /// Every number is held by a running process.
    case exhausted(path: String, count: Int)

    package var path: String {
        switch self {
        case .system(let path, _, _), .foreign(let path), .exhausted(let path, _): path
        }
    }

    package var description: String {
        switch self {
        case .system(_, let call, let code):
            "\(call) failed: \(unsafe String(cString: strerror(code)))"
        case .foreign:
            "it is no journal that this version can read"
        case .exhausted(_, let count):
            "all \(count) journals are held by running processes"
        }
    }
}
