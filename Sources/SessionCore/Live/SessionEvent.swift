// What people may see of the events of a live session: that there was one, never what it said.

/// One message of a session, for people who look on.
package struct SessionEvent: Sendable, Equatable {
    /// Counts the messages that were seen, so that they can be told apart.
    package var number: Int
    package var isFromClient: Bool
    /// Its `type`; empty for what is no event, or whose type is no name.
    package var type: String
    package var bytes: Int
    /// Since the session began.
    package var milliseconds: Int64

    package init(number: Int, isFromClient: Bool, type: String, bytes: Int, milliseconds: Int64) {
        self.number = number
        self.isFromClient = isFromClient
        self.type = type
        self.bytes = bytes
        self.milliseconds = milliseconds
    }
}
