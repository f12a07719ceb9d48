// The tables, as steps from nothing to now. A step that was released is never changed; a change is a further step.
//
// Times are milliseconds since 1970, money millionths of a dollar, lists JSON arrays of texts.

import GRDB

/// The history of the tables.
enum SQLiteMigrations {
    static let migrator: DatabaseMigrator = {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 keys") { database in
            try database.execute(
                sql: """
                    CREATE TABLE keys (
                        id TEXT NOT NULL PRIMARY KEY,
                        account_id TEXT NOT NULL,
                        name TEXT NOT NULL,
                        digest BLOB NOT NULL UNIQUE CHECK (length(digest) = 32),
                        display_prefix TEXT NOT NULL,
                        created_at INTEGER NOT NULL,
                        expires_at INTEGER,
                        revoked_at INTEGER,
                        last_used_at INTEGER,
                        models TEXT NOT NULL,
                        addresses TEXT NOT NULL,
                        budget_micro_usd INTEGER,
                        rpm INTEGER,
                        tpm INTEGER,
                        sessions INTEGER
                    ) STRICT
                    """
            )
        }
        migrator.registerMigration("2 former texts of rotated keys") { database in
            try database.execute(
                sql: """
                    ALTER TABLE keys ADD COLUMN former_digest BLOB CHECK (length(former_digest) = 32);
                    ALTER TABLE keys ADD COLUMN former_until INTEGER;
                    CREATE UNIQUE INDEX keys_by_former_digest ON keys (former_digest) WHERE former_digest IS NOT NULL;
                    """
            )
        }
        registerAccounts(in: &migrator)
        registerLedger(in: &migrator)
        registerBatches(in: &migrator)
        return migrator
    }()
}
