// What SQLite's result codes mean to an operator (sqlite.org/rescode.html).

import GRDB
import SessionCore

extension StoreError {
    /// Turns whatever a database call threw into an error with place, reason and remedy.
    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .unavailable(
                location: path,
                reason: error is CancellationError ? "the call was cancelled" : "\(error)",
                remedy: "Try again."
            )
            return
        }
        // The statement and its arguments stay out: they hold digests and names.
        let detail = error.message ?? error.resultCode.description
        func unavailable(_ reason: String, _ remedy: String) -> Self {
            .unavailable(location: path, reason: "\(reason) (\(detail))", remedy: remedy)
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            self = unavailable(
                "another process keeps it locked",
                "Find out what else has the file open, and try again."
            )
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self = unavailable("it may not be written to", "Make file and directory writable for this user.")
        case .SQLITE_CANTOPEN:
            self = unavailable("it cannot be opened", "Check that it is a file this user may read and write.")
        case .SQLITE_FULL:
            self = unavailable("the disk is full", "Make room.")
        case .SQLITE_IOERR:
            self = unavailable("the disk fails or is full", "Check the disk; network file systems are not supported.")
        case .SQLITE_NOTADB:
            self = .corrupt(
                location: path,
                reason: "the file is not an SQLite database (\(detail))",
                remedy: "Name another file as 'store', or remove this one."
            )
        case .SQLITE_CORRUPT:
            self = .corrupt(
                location: path,
                reason: "the file does not hold together (\(detail))",
                remedy: "Restore a backup."
            )
        default:
            self = unavailable("SQLite refused", "Check that the file belongs to Longwire.")
        }
    }
}
