// Accounts, their members, and client secrets. What is said at `SQLiteMigrations` holds here.

import GRDB

extension SQLiteMigrations {
    static func registerAccounts(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("3 accounts, members, sign-ins") { database in
            try database.execute(
                sql: """
                    CREATE TABLE accounts (
                        id TEXT NOT NULL PRIMARY KEY,
                        name TEXT NOT NULL UNIQUE,
                        created_at INTEGER NOT NULL,
                        disabled_at INTEGER,
                        budget_micro_usd INTEGER,
                        rpm INTEGER,
                        tpm INTEGER,
                        sessions INTEGER,
                        models TEXT NOT NULL
                    ) STRICT;
                    INSERT INTO accounts (id, name, created_at, models) VALUES ('default', 'default', 0, '[]');
                    -- Keys could name any account before there were accounts.
                    INSERT OR IGNORE INTO accounts (id, name, created_at, models)
                        SELECT account_id, account_id, MIN(created_at), '[]' FROM keys GROUP BY account_id;
                    CREATE TABLE members (
                        id TEXT NOT NULL PRIMARY KEY,
                        account_id TEXT NOT NULL REFERENCES accounts (id),
                        name TEXT NOT NULL UNIQUE,
                        role TEXT NOT NULL,
                        password_hash TEXT NOT NULL,
                        created_at INTEGER NOT NULL,
                        disabled_at INTEGER
                    ) STRICT;
                    CREATE TABLE sign_ins (
                        digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
                        member_id TEXT NOT NULL REFERENCES members (id) ON DELETE CASCADE,
                        created_at INTEGER NOT NULL,
                        expires_at INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX sign_ins_by_member ON sign_ins (member_id, created_at);
                    CREATE INDEX sign_ins_by_expiry ON sign_ins (expires_at);
                    """
            )
        }
        migrator.registerMigration("4 client secrets") { database in
            try database.execute(
                sql: """
                    CREATE TABLE client_secrets (
                        digest BLOB NOT NULL PRIMARY KEY CHECK (length(digest) = 32),
                        key_id TEXT NOT NULL REFERENCES keys (id) ON DELETE CASCADE,
                        model TEXT,
                        session TEXT NOT NULL,
                        created_at INTEGER NOT NULL,
                        expires_at INTEGER NOT NULL,
                        maximum_session_ms INTEGER
                    ) STRICT;
                    CREATE INDEX client_secrets_by_key ON client_secrets (key_id);
                    CREATE INDEX client_secrets_by_expiry ON client_secrets (expires_at);
                    """
            )
        }
    }
}
