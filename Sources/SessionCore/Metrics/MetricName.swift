// The names under which a relay's metrics are published. Dashboards and alerts hold on to them: they stay.

/// Names of metrics, in the manner of Prometheus: base units, `_total` for what only grows.
package enum MetricName {
    package static let admissions = "longwire_admissions_total"
    package static let sessions = "longwire_sessions"
    package static let sessionsOpened = "longwire_sessions_opened_total"
    package static let sessionsClosed = "longwire_sessions_closed_total"
    package static let turns = "longwire_turns_total"
    package static let tokens = "longwire_tokens_total"
    package static let audio = "longwire_transcribed_audio_seconds_total"
    package static let cost = "longwire_cost_usd_total"
    package static let firstByte = "longwire_first_byte_seconds"
    package static let overhead = "longwire_relay_overhead_seconds"
    package static let upstreamAttempts = "longwire_upstream_attempts_total"
    package static let upstreamUp = "longwire_upstream_up"
    package static let upstreamKeyState = "longwire_upstream_key_state"
    package static let loopQueue = "longwire_loop_queue_depth"
    package static let loopLag = "longwire_loop_lag_seconds"
    package static let loopsAnswering = "longwire_loops_answering"
    package static let openConnections = "longwire_open_connections"
    package static let logDropped = "longwire_log_lines_dropped_total"
    package static let build = "longwire_build_info"
    package static let ledgerQueue = "longwire_ledger_queued_entries"
    package static let ledgerLag = "longwire_ledger_lag_seconds"
    package static let ledgerDropped = "longwire_ledger_dropped_entries_total"
    package static let reloads = "longwire_configuration_reloads_total"
}
