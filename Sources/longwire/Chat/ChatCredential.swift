// The key that `longwire chat` shows: the one it was given, or one made for the occasion in the store of this machine's
// relay.
//
// A key of our own making counts from this machine only and for a quarter of an hour: killed in the middle, the command
// leaves behind what is soon worth nothing, and the next one sweeps it up. It is never made for a relay elsewhere.

import ArgumentParser
import Foundation
import Gateway
import SessionCore
import Synchronization

/// A client with a key, and what becomes of the key at the end.
final class ChatCredential: Sendable {
    /// How the keys of our making are called in lists.
    private static let name = "longwire chat (temporary)"
    private static let life: TimeInterval = 15 * 60
    /// A key with less life than this is replaced before it is shown again.
    private static let shortLife: TimeInterval = 5 * 60

    private struct Made {
        let stores: Stores
        var key: KeyRecord
    }

    private let state: Mutex<RelayClient>
    private let made: Mutex<Made?>
    private let addresses: [CIDRBlock]

    /// With a key that was given.
    init(client: RelayClient) {
        self.state = Mutex(client)
        self.made = Mutex(nil)
        self.addresses = []
    }

    private init(client: RelayClient, made: Made, addresses: [CIDRBlock]) {
        self.state = Mutex(client)
        self.made = Mutex(made)
        self.addresses = addresses
    }

    var client: RelayClient { self.state.withLock { $0 } }
    /// Whether the key is one of our making.
    var isLocal: Bool { self.made.withLock { $0 != nil } }

    /// Makes a key in the local store; ends the command where that is out of place.
    static func local(for client: RelayClient, _ configuration: Configuration) async throws -> ChatCredential {
        guard let addresses = self.local(client.base, configuration) else {
            Console.complain(
                "A key is needed for the relay at \(client.base), which is on another machine. "
                    + "Set LONGWIRE_API_KEY, or give one with --key."
            )
            throw ExitCode.failure
        }
        if case .sqlite(let path) = configuration.store, !FileManager.default.fileExists(atPath: path) {
            Console.complain(
                "A key is needed, and there is no store \(path) to make one in. Set LONGWIRE_API_KEY, give one with "
                    + "--key, or name the running relay's configuration with --config."
            )
            throw ExitCode.failure
        }
        let stores = try Stores(configuration)
        await self.sweep(stores)
        let issued = try await self.issue(in: stores, addresses)
        let shown = RelayClient(base: client.base, credential: Secret(issued.text.text), trust: client.trust)
        return ChatCredential(client: shown, made: Made(stores: stores, key: issued.record), addresses: addresses)
    }

    /// Makes another key when the one in use will soon count no more.
    func renew() async throws {
        guard let made = self.made.withLock({ $0 }), let end = made.key.expiresAt,
            end.timeIntervalSinceNow < Self.shortLife
        else { return }
        let issued = try await Self.issue(in: made.stores, self.addresses)
        self.made.withLock { $0 = Made(stores: made.stores, key: issued.record) }
        self.state.withLock { client in
            client = RelayClient(base: client.base, credential: Secret(issued.text.text), trust: client.trust)
        }
        try? await made.stores.keys.delete(id: made.key.id)
    }

    /// Deletes a key of our making; what it spent stays in the ledger.
    func forget() async {
        guard let made = self.made.withLock({ $0 }) else { return }
        try? await made.stores.keys.delete(id: made.key.id)
    }

    private static func issue(in stores: Stores, _ addresses: [CIDRBlock]) async throws -> IssuedKey {
        let now = Date()
        let issued = try IssuedKey(name: self.name, now: now) { record in
            record.expiresAt = now.addingTimeInterval(self.life)
            record.addresses = addresses
        }
        try await StoreComplaint.telling(.key) { try await stores.keys.insert(issued.record) }
        return issued
    }

    /// Deletes what commands that were killed left behind.
    private static func sweep(_ stores: Stores) async {
        let left = try? await stores.keys.list().filter { $0.name == self.name && $0.isExpired(at: Date()) }
        for key in left ?? [] {
            try? await stores.keys.delete(id: key.id)
        }
    }

    /// From where a relay on this machine sees us; nil when it is on another.
    private static func local(_ base: BaseURL, _ configuration: Configuration) -> [CIDRBlock]? {
        let loopback = ["127.0.0.0/8", "::1"].compactMap { CIDRBlock($0) }
        if base.host == "localhost" { return loopback }
        guard let address = IPAddress(base.host) else { return nil }
        if address.isLoopback { return loopback }
        let isOurs = configuration.listeners.contains { $0.address == address && $0.port == base.port }
        return isOurs ? CIDRBlock("\(address)").map { loopback + [$0] } : nil
    }
}
