// What a key, or all keys of an account, has used and holds at this moment: for people and programs that ask.

/// Spending and holdings at one moment.
package struct KeyUsageNow: Sendable, Equatable {
    /// Millionths of a dollar, since the key was made.
    package var spentMicroUSD: Int64
    /// Set aside for work under way.
    package var reservedMicroUSD: Int64
    /// Realtime sessions that are open.
    package var sessions: Int

    package init(spentMicroUSD: Int64 = 0, reservedMicroUSD: Int64 = 0, sessions: Int = 0) {
        self.spentMicroUSD = spentMicroUSD
        self.reservedMicroUSD = reservedMicroUSD
        self.sessions = sessions
    }
}
