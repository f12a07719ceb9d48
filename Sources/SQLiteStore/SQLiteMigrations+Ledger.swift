// The ledger: rows as they were written, and sums of them that are kept as rows come in.
//
// Nothing here refers to keys or accounts: what was spent stays when they are gone.
// `ledger_hours` and `ledger_spend` say nothing that the rows do not say; they make a sum over a million rows one over
// some thousands.

import GRDB

extension SQLiteMigrations {
    static func registerLedger(in migrator: inout DatabaseMigrator) {
        migrator.registerMigration("5 ledger") { database in
            try database.execute(
                sql: """
                    CREATE TABLE ledger (
                        number INTEGER PRIMARY KEY,
                        kind TEXT NOT NULL, session_id TEXT NOT NULL, turn_id TEXT NOT NULL, request_id TEXT NOT NULL,
                        key_id TEXT NOT NULL, account_id TEXT NOT NULL,
                        model TEXT NOT NULL, upstream TEXT NOT NULL, upstream_model TEXT NOT NULL,
                        \(tokenColumns),
                        cost_micro_usd INTEGER NOT NULL, is_estimated INTEGER NOT NULL,
                        status TEXT NOT NULL, http_status INTEGER,
                        started_at INTEGER NOT NULL, duration_ms INTEGER NOT NULL, first_byte_ms INTEGER
                    ) STRICT;
                    CREATE UNIQUE INDEX ledger_by_turn ON ledger (session_id, turn_id, kind);
                    CREATE INDEX ledger_by_time ON ledger (started_at);
                    CREATE INDEX ledger_by_key ON ledger (key_id, started_at);
                    CREATE INDEX ledger_by_account ON ledger (account_id, started_at);
                    CREATE INDEX ledger_by_model ON ledger (model, started_at);
                    CREATE INDEX ledger_by_request ON ledger (request_id);
                    CREATE TABLE ledger_hours (
                        hour INTEGER NOT NULL,
                        key_id TEXT NOT NULL, account_id TEXT NOT NULL, model TEXT NOT NULL, upstream TEXT NOT NULL,
                        kind TEXT NOT NULL, status TEXT NOT NULL,
                        requests INTEGER NOT NULL, errors INTEGER NOT NULL,
                        \(tokenColumns),
                        cost_micro_usd INTEGER NOT NULL,
                        first_bytes BLOB NOT NULL,
                        UNIQUE (hour, key_id, account_id, model, upstream, kind, status)
                    ) STRICT;
                    CREATE TABLE ledger_spend (
                        key_id TEXT NOT NULL, account_id TEXT NOT NULL, micro_usd INTEGER NOT NULL,
                        PRIMARY KEY (key_id, account_id)
                    ) STRICT, WITHOUT ROWID;
                    CREATE TABLE session_records (
                        session_id TEXT NOT NULL PRIMARY KEY, request_id TEXT NOT NULL,
                        key_id TEXT NOT NULL, account_id TEXT NOT NULL, model TEXT NOT NULL, upstream TEXT NOT NULL,
                        started_at INTEGER NOT NULL, duration_ms INTEGER NOT NULL,
                        close_code INTEGER NOT NULL, cause TEXT NOT NULL, turns INTEGER NOT NULL,
                        bytes_from_client INTEGER NOT NULL, bytes_from_upstream INTEGER NOT NULL
                    ) STRICT;
                    """
            )
        }
    }

    /// Part of a released step like the rest of it.
    private static let tokenColumns = """
        input_text INTEGER NOT NULL, input_audio INTEGER NOT NULL, input_image INTEGER NOT NULL,
        cached_text INTEGER NOT NULL, cached_audio INTEGER NOT NULL, cached_image INTEGER NOT NULL,
        output_text INTEGER NOT NULL, output_audio INTEGER NOT NULL, audio_ms INTEGER NOT NULL
        """
}
