// Accounts, members and sign-ins in SQLite. Each call is one transaction; what it promises is said at `AccountStore`.

package import Foundation
import GRDB
package import OpenSSLTLS
package import SessionCore

/// Keeps accounts and those who sign in in a database file.
package struct SQLiteAccountStore: AccountStore {
    /// Bounds of the tables.
    package enum Limits {
        /// Browsers a member may be signed in with; the oldest is signed out by one more.
        package static let signInsPerMember = 64
    }

    private let database: SQLiteDatabase

    package init(_ database: SQLiteDatabase) {
        self.database = database
    }

    // MARK: Accounts

    package func insert(_ account: Account) async throws(StoreError) {
        try await database.write { database in
            try SQLiteDatabase.reportingDuplicate(of: account.id) {
                try database.execute(
                    sql: "INSERT INTO accounts (\(AccountRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    arguments: try AccountRow.arguments(for: account)
                )
            }
        }
    }

    package func account(id: String) async throws(StoreError) -> Account? {
        let path = database.path
        return try await database.read { try AccountRow.one($0, where: "id = ?", [id], path: path) }
    }

    package func account(named name: String) async throws(StoreError) -> Account? {
        let path = database.path
        return try await database.read { try AccountRow.one($0, where: "name = ?", [name], path: path) }
    }

    package func accounts() async throws(StoreError) -> [Account] {
        let path = database.path
        return try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT \(AccountRow.columns) FROM accounts ORDER BY created_at, rowid")
                .map { try AccountRow.account(from: $0, path: path) }
        }
    }

    package func update(_ account: Account) async throws(StoreError) -> Account {
        try await database.write { database in
            try SQLiteDatabase.reportingDuplicate(of: account.id) {
                try database.execute(
                    sql: """
                        UPDATE accounts SET (\(AccountRow.columns)) = (?, ?, ?, ?, ?, ?, ?, ?, ?) WHERE id = ?
                        """,
                    arguments: try AccountRow.arguments(for: account) + [account.id]
                )
            }
            guard database.changesCount > 0 else { throw StoreError.notFound(id: account.id) }
        }
        return account
    }

    // MARK: Members

    package func insert(_ member: Member) async throws(StoreError) {
        try await database.write { database in
            guard try AccountRow.exists(database, id: member.accountID) else {
                throw StoreError.notFound(id: member.accountID)
            }
            try SQLiteDatabase.reportingDuplicate(of: member.id) {
                try database.execute(
                    sql: "INSERT INTO members (\(MemberRow.columns)) VALUES (?, ?, ?, ?, ?, ?, ?)",
                    arguments: MemberRow.arguments(for: member)
                )
            }
        }
    }

    package func member(id: String) async throws(StoreError) -> Member? {
        let path = database.path
        return try await database.read { try MemberRow.one($0, where: "id = ?", [id], path: path) }
    }

    package func member(named name: String) async throws(StoreError) -> Member? {
        let path = database.path
        return try await database.read { try MemberRow.one($0, where: "name = ?", [name], path: path) }
    }

    package func members() async throws(StoreError) -> [Member] {
        let path = database.path
        return try await database.read { database in
            try Row.fetchAll(database, sql: "SELECT \(MemberRow.columns) FROM members ORDER BY created_at, rowid")
                .map { try MemberRow.member(from: $0, path: path) }
        }
    }

    package func update(_ member: Member) async throws(StoreError) -> Member {
        try await database.write { database in
            guard try AccountRow.exists(database, id: member.accountID) else {
                throw StoreError.notFound(id: member.accountID)
            }
            try SQLiteDatabase.reportingDuplicate(of: member.id) {
                try database.execute(
                    sql: "UPDATE members SET (\(MemberRow.columns)) = (?, ?, ?, ?, ?, ?, ?) WHERE id = ?",
                    arguments: MemberRow.arguments(for: member) + [member.id]
                )
            }
            guard database.changesCount > 0 else { throw StoreError.notFound(id: member.id) }
        }
        return member
    }

    // MARK: Sign-ins

    package func insert(_ signIn: SignIn, now: Date) async throws(StoreError) {
        try await database.write { database in
            try database.execute(
                sql: "DELETE FROM sign_ins WHERE expires_at <= ?",
                arguments: [StoredValue.milliseconds(now)]
            )
            guard try MemberRow.exists(database, id: signIn.memberID) else {
                throw StoreError.notFound(id: signIn.memberID)
            }
            try SQLiteDatabase.reportingDuplicate(of: signIn.memberID) {
                try database.execute(
                    sql: "INSERT INTO sign_ins (digest, member_id, created_at, expires_at) VALUES (?, ?, ?, ?)",
                    arguments: [
                        Data(signIn.digest.bytes), signIn.memberID, StoredValue.milliseconds(signIn.createdAt),
                        StoredValue.milliseconds(signIn.expiresAt),
                    ]
                )
            }
            try database.execute(
                sql: """
                    DELETE FROM sign_ins WHERE rowid IN (
                        SELECT rowid FROM sign_ins WHERE member_id = ? ORDER BY created_at DESC, rowid DESC
                        LIMIT -1 OFFSET ?
                    )
                    """,
                arguments: [signIn.memberID, Limits.signInsPerMember]
            )
        }
    }

    package func signIn(
        digest: SHA256Digest
    ) async throws(StoreError) -> (signIn: SignIn, member: Member, account: Account)? {
        let path = database.path
        return try await database.read { database in
            let row = try Row.fetchOne(
                database,
                sql: "SELECT member_id, created_at, expires_at FROM sign_ins WHERE digest = ?",
                arguments: [Data(digest.bytes)]
            )
            guard let row, let member = try MemberRow.one(database, where: "id = ?", [row["member_id"]], path: path)
            else { return nil }
            let signIn = SignIn(
                digest: digest,
                memberID: member.id,
                createdAt: StoredValue.date(row["created_at"]),
                expiresAt: StoredValue.date(row["expires_at"])
            )
            let account = try AccountRow.owner(
                database,
                id: member.accountID,
                of: "member \(member.id)",
                path: path
            )
            return (signIn, member, account)
        }
    }

    package func deleteSignIn(digest: SHA256Digest) async throws(StoreError) {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM sign_ins WHERE digest = ?", arguments: [Data(digest.bytes)])
        }
    }

    package func deleteSignIns(memberID: String) async throws(StoreError) {
        try await database.write { database in
            try database.execute(sql: "DELETE FROM sign_ins WHERE member_id = ?", arguments: [memberID])
        }
    }
}
