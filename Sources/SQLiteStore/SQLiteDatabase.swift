// One SQLite file, opened for several threads and several processes at once.
//
// - WAL: readers never wait for a writer, in this process or another. Writers wait for each other, five seconds at most.
// - `synchronous = FULL`: what was answered to a client outlives a loss of power, not only the end of the process.
// - The file is made with mode 0600 before SQLite sees it; SQLite gives its -wal and -shm files the same mode.
// - Calls run on threads of GRDB's; callers suspend.
// - Two processes may open a fresh file at the same moment. SQLite reports the collision as one of several errors at
//   once, without waiting, so opening is tried again a few times.

import Foundation
import GRDB
package import SessionCore

/// An open database, shared by all stores that live in it.
package final class SQLiteDatabase: Sendable {
    /// How long and how often to wait for others.
    enum Limits {
        static let busySeconds: TimeInterval = 5
        static let readers = 4
        /// Of the database, kept in memory by each of the writer and the readers; the kernel keeps its own.
        static let cachedKiB = 1_024
        static let openAttempts = 8
        static let firstPauseSeconds: TimeInterval = 0.01
    }

    package let path: String
    private let pool: DatabasePool

    /// Opens or creates the file and brings its tables up to date; blocks meanwhile.
    package init(path: String) throws(StoreError) {
        self.path = path
        try Self.prepareFile(at: path)
        pool = try Self.open(path)
    }

    /// Closes all connections; calls that come later fail.
    package func close() throws(StoreError) {
        do {
            try pool.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Runs a statement that belongs to no store: maintenance, and tests that play another program.
    package func execute(maintenance statement: String) async throws(StoreError) {
        try await write { try $0.execute(sql: statement) }
    }

    /// Runs a query on a snapshot.
    func read<Value: Sendable>(
        _ query: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.read(query)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Runs a change as one transaction: all of it or nothing.
    func write<Value: Sendable>(
        _ change: @escaping @Sendable (Database) throws -> Value
    ) async throws(StoreError) -> Value {
        do {
            return try await pool.write(change)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Says `duplicate` where a row with the same id, name or digest stands in the way.
    static func reportingDuplicate(of id: String, _ change: () throws -> Void) throws {
        do {
            try change()
        } catch let error as DatabaseError
            where [.SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY].contains(error.extendedResultCode)
        {
            throw StoreError.duplicate(id: id)
        }
    }

    // MARK: Opening

    /// Creates the file if there is none; nobody else can have one open that was not there.
    private static func prepareFile(at path: String) throws(StoreError) {
        let directory = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: directory, isDirectory: &isDirectory), isDirectory.boolValue else {
            throw .unavailable(
                location: path,
                reason: "the directory \(directory) does not exist",
                remedy: "Create it, or name another place as 'store' in the configuration."
            )
        }
        let descriptor = Glibc.open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        if descriptor >= 0 {
            Glibc.close(descriptor)
        } else if errno != EEXIST {
            throw .unavailable(
                location: path,
                reason: "it cannot be created (\(String(cString: strerror(errno))))",
                remedy: "Make the directory writable for this user, or name another place as 'store'."
            )
        }
    }

    private static func open(_ path: String) throws(StoreError) -> DatabasePool {
        var pause = Limits.firstPauseSeconds
        var attempt = 1
        while true {
            do {
                return try openOnce(path)
            } catch {
                guard attempt < Limits.openAttempts, isCollision(error) else { throw StoreError(error, path: path) }
                Thread.sleep(forTimeInterval: pause)
                pause *= 2
                attempt += 1
            }
        }
    }

    private static func openOnce(_ path: String) throws -> DatabasePool {
        var configuration = Configuration()
        configuration.label = "longwire.store"
        configuration.busyMode = .timeout(Limits.busySeconds)
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = Limits.readers
        configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -\(Limits.cachedKiB)") }
        let pool = try DatabasePool(path: path, configuration: configuration)
        try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
        guard try !pool.read(SQLiteMigrations.migrator.hasBeenSuperseded) else {
            throw StoreError.unavailable(
                location: path,
                reason: "a newer Longwire has changed its tables",
                remedy: "Start that version, or name another file as 'store'."
            )
        }
        try SQLiteMigrations.migrator.migrate(pool)
        return pool
    }

    /// Tells errors that another process opening the same file can cause from those that will stay.
    private static func isCollision(_ error: any Error) -> Bool {
        guard let error = error as? DatabaseError else { return false }
        return switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_PROTOCOL, .SQLITE_SCHEMA, .SQLITE_CONSTRAINT, .SQLITE_ERROR: true
        default: false
        }
    }
}
