// Files, batches and their lines. What is said at `SQLiteMigrations` holds here.
//
// Contents lie in the database, in parts: what came of a line and its state are then one transaction, and a copy of the
// database is a copy of everything. Nothing refers to keys: what a deleted key left is swept up when it expires.

import GRDB

extension SQLiteMigrations {
    static func registerBatches(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("6 files and batches") { database in
            try database.execute(
                sql: """
                    CREATE TABLE files (
                        number INTEGER PRIMARY KEY,
                        id TEXT NOT NULL UNIQUE,
                        key_id TEXT NOT NULL,
                        name TEXT NOT NULL,
                        purpose TEXT NOT NULL,
                        bytes INTEGER NOT NULL,
                        created_at INTEGER NOT NULL,
                        expires_at INTEGER NOT NULL
                    ) STRICT;
                    CREATE INDEX files_by_key ON files (key_id, number);
                    CREATE INDEX files_by_expiry ON files (expires_at);
                    CREATE TABLE file_parts (
                        file_id TEXT NOT NULL,
                        part INTEGER NOT NULL,
                        bytes BLOB NOT NULL,
                        PRIMARY KEY (file_id, part)
                    ) STRICT;
                    CREATE TABLE batches (
                        number INTEGER PRIMARY KEY,
                        id TEXT NOT NULL UNIQUE,
                        key_id TEXT NOT NULL,
                        address BLOB NOT NULL,
                        endpoint TEXT NOT NULL,
                        input_file_id TEXT NOT NULL,
                        metadata TEXT NOT NULL,
                        created_at INTEGER NOT NULL,
                        expires_at INTEGER NOT NULL,
                        status TEXT NOT NULL,
                        moments TEXT NOT NULL,
                        total INTEGER NOT NULL DEFAULT 0,
                        completed INTEGER NOT NULL DEFAULT 0,
                        failed INTEGER NOT NULL DEFAULT 0,
                        faults TEXT NOT NULL,
                        output_file_id TEXT,
                        error_file_id TEXT
                    ) STRICT;
                    CREATE INDEX batches_by_key ON batches (key_id, number);
                    CREATE INDEX batches_unfinished ON batches (number)
                        WHERE status IN ('validating', 'in_progress', 'cancelling', 'finalizing');
                    CREATE TABLE batch_lines (
                        batch_id TEXT NOT NULL,
                        number INTEGER NOT NULL,
                        custom_id TEXT NOT NULL,
                        -- 0 waiting, 1 answered, 2 failed.
                        state INTEGER NOT NULL,
                        -- The request while the line waits, then its line in a file.
                        content BLOB NOT NULL,
                        PRIMARY KEY (batch_id, number)
                    ) STRICT;
                    CREATE INDEX batch_lines_by_state ON batch_lines (batch_id, state, number);
                    """
            )
        }
    }
}
