// The bounds of Longwire's own API, in one place.

/// How much the API takes, keeps and answers.
package struct ConsoleLimits: Sendable {
    /// Bytes of a request's body.
    package var bodyBytes = 64 * 1024
    /// Calls under way on one loop; beyond them callers are told to come back.
    package var callsPerLoop = 128
    /// Entries of one page.
    package var pageSize = 1_000
    /// Entries of a page that asks for no number.
    package var usualPageSize = 100
    /// Steps of a usage series; the newest are kept.
    package var seriesSteps = 20_000
    /// Rows of one CSV file, newest first, and how many of them are read at a time.
    package var csvRows = 1_000_000
    package var csvPage = 1_000
    /// Live sessions of one answer.
    package var sessions = 10_000
    /// Passwords that wait to be checked; they are checked one at a time.
    package var waitingPasswords = 32
    /// How long a browser stays signed in.
    package var signInSeconds = 7 * 86_400
    /// The longest time for which the former text of a rotated key goes on counting.
    package var overlapSeconds = 7 * 86_400

    package init() {}
}
