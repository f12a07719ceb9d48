// One row of the table `members`, from and to a member.

import Foundation
import GRDB
import SessionCore

/// Columns and their meaning, in one place for reading and writing.
enum MemberRow {
    static let columns = "id, account_id, name, role, password_hash, created_at, disabled_at"

    /// Returns the values for `columns`, in their order.
    static func arguments(for member: Member) -> StatementArguments {
        [
            member.id, member.accountID, member.name, member.role.rawValue, member.passwordHash,
            StoredValue.milliseconds(member.createdAt), member.disabledAt.map(StoredValue.milliseconds),
        ]
    }

    /// Reads a row; an unknown role lets nobody in.
    static func member(from row: Row, path: String) throws -> Member {
        let id: String = row["id"]
        guard let role = Member.Role(rawValue: row["role"]) else {
            throw StoreError.corrupt(
                location: path,
                reason: "'role' of member \(id) cannot be read",
                remedy: "Update the member, or restore a backup."
            )
        }
        return Member(
            id: id,
            accountID: row["account_id"],
            name: row["name"],
            role: role,
            passwordHash: row["password_hash"],
            createdAt: StoredValue.date(row["created_at"]),
            disabledAt: (row["disabled_at"] as Int64?).map(StoredValue.date)
        )
    }

    static func one(
        _ database: Database,
        where condition: String,
        _ arguments: StatementArguments,
        path: String
    ) throws -> Member? {
        try Row.fetchOne(database, sql: "SELECT \(columns) FROM members WHERE \(condition)", arguments: arguments)
            .map { try member(from: $0, path: path) }
    }

    static func exists(_ database: Database, id: String) throws -> Bool {
        try Int.fetchOne(database, sql: "SELECT 1 FROM members WHERE id = ?", arguments: [id]) != nil
    }
}
