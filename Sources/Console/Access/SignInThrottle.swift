// How often somebody may try a password. Each name and each address has some attempts for free, then waits, longer each
// time. An attempt counts from its beginning, so that many at once are many; one that succeeds is forgotten.
//
// A name waits a minute at most, lest whoever knows it could lock its owner out for long; an address waits longer. This
// machine's own address is nobody's: a proxy lends it to everyone.
// Tables are bounded: the entry that has been quiet for longest goes first.

/// Counts attempts to sign in.
struct SignInThrottle: Sendable {
    /// How patient the throttle is.
    struct Limits: Sendable {
        var freeByName = 5
        var freeByAddress = 20
        var longestByName: Int64 = 60
        var longestByAddress: Int64 = 900
        /// Seconds without an attempt after which an entry is forgotten.
        var forgottenAfter: Int64 = 3_600
        /// Entries of each table.
        var entries = 8_192

        init() {}
    }

    private struct Entry: Sendable {
        var attempts = 0
        /// Second of the last attempt.
        var last: Int64
    }

    private let limits: Limits
    private var names: [String: Entry] = [:]
    private var addresses: [[UInt8]: Entry] = [:]

    init(limits: Limits = Limits()) {
        self.limits = limits
    }

    /// Begins an attempt; returns the seconds to wait instead when it comes too early.
    ///
    /// `now` is monotonic, in seconds; `address` nil where it is nobody's. IPv6 addresses count by their first 64 bits,
    /// which one customer has for himself.
    mutating func begin(name: String, address: [UInt8]?, now: Int64) -> Int? {
        let place = address.map(Self.network)
        let waitByName = self.wait(self.names[name], self.limits.freeByName, self.limits.longestByName, now)
        let waitByAddress = self.wait(
            place.flatMap { self.addresses[$0] },
            self.limits.freeByAddress,
            self.limits.longestByAddress,
            now
        )
        let wait = max(waitByName, waitByAddress)
        guard wait == 0 else { return Int(wait) }
        Self.count(name, in: &self.names, self.limits, now)
        if let place { Self.count(place, in: &self.addresses, self.limits, now) }
        return nil
    }

    /// Ends an attempt that succeeded.
    mutating func succeeded(name: String, address: [UInt8]?) {
        self.names[name] = nil
        guard let place = address.map(Self.network), var entry = self.addresses[place] else { return }
        entry.attempts -= 1
        self.addresses[place] = entry.attempts > 0 ? entry : nil
    }

    var entryCount: Int { self.names.count + self.addresses.count }

    /// Seconds until the next attempt may begin: 1, 2, 4 and so on after those that are free.
    private func wait(_ entry: Entry?, _ free: Int, _ longest: Int64, _ now: Int64) -> Int64 {
        guard let entry, entry.attempts >= free, now - entry.last < self.limits.forgottenAfter else { return 0 }
        let doublings = min(entry.attempts - free, 20)
        let delay = min(Int64(1) << Int64(doublings), longest)
        return max(0, entry.last + delay - now)
    }

    private static func count<Name: Hashable>(
        _ name: Name,
        in table: inout [Name: Entry],
        _ limits: Limits,
        _ now: Int64
    ) {
        var entry = table[name] ?? Entry(last: now)
        if now - entry.last >= limits.forgottenAfter { entry.attempts = 0 }
        entry.attempts += 1
        entry.last = now
        if table[name] == nil, table.count >= limits.entries {
            table = table.filter { now - $0.value.last < limits.forgottenAfter }
            if table.count >= limits.entries, let oldest = table.min(by: { $0.value.last < $1.value.last }) {
                table[oldest.key] = nil
            }
        }
        table[name] = entry
    }

    private static func network(_ address: [UInt8]) -> [UInt8] {
        address.count == 16 ? Array(address.prefix(8)) : address
    }
}
