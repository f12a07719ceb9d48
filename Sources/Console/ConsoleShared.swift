// What the API of all loops shares: settled by a configuration, read by every call, changed only as a whole.

import EventLoop
package import Logging
package import OpenSSLTLS
package import SessionCore
import Synchronization

/// The parts of the API that do not belong to one loop.
package final class ConsoleShared: Sendable {
    /// Of the admin key; nil when there is none.
    package let adminKey: SHA256Digest?
    package let keyStore: any KeyStore
    package let accounts: any AccountStore
    package let secrets: any SecretStore
    package let ledger: any LedgerStore
    /// Told to forget when a key has changed, so that the change counts at once.
    package let keys: KeyDirectory
    package let keeper: LimitKeeper
    package let catalog: ModelCatalog
    package let health: UpstreamHealth
    /// How our keys stand with the providers.
    package let keyBoard: ProviderKeyBoard
    package let board: any SessionBoard
    package let passwords: PasswordHasher
    package let limits: ConsoleLimits
    package let logger: Logger
    /// The clock of the throttle: monotonic, in seconds.
    let second: @Sendable () -> Int64
    private let throttle: SharedThrottle

    package init(
        adminKey: Secret?,
        keyStore: any KeyStore,
        accounts: any AccountStore,
        secrets: any SecretStore = NoSecretStore(),
        ledger: any LedgerStore,
        keys: KeyDirectory,
        keeper: LimitKeeper,
        catalog: ModelCatalog,
        health: UpstreamHealth,
        keyBoard: ProviderKeyBoard,
        board: any SessionBoard,
        passwords: PasswordHasher = PasswordHasher(),
        limits: ConsoleLimits = ConsoleLimits(),
        second: @escaping @Sendable () -> Int64 = { MonotonicTime.now().nanoseconds / 1_000_000_000 },
        logger: Logger,
        after earlier: ConsoleShared? = nil
    ) {
        // An empty key is none: everybody could show it.
        self.adminKey = adminKey.flatMap { $0.isEmpty ? nil : SHA256Digest(hashing: $0.reveal()) }
        self.keyStore = keyStore
        self.accounts = accounts
        self.secrets = secrets
        self.ledger = ledger
        self.keys = keys
        self.keeper = keeper
        self.catalog = catalog
        self.health = health
        self.keyBoard = keyBoard
        self.board = board
        self.passwords = passwords
        self.second = second
        self.throttle = earlier?.throttle ?? SharedThrottle()
        self.limits = limits
        self.logger = logger
    }

    /// What a changed configuration makes of it: stores, keys and the counts of the throttle are the same ones.
    package func succeeded(
        adminKey: Secret?,
        catalog: ModelCatalog,
        health: UpstreamHealth,
        keyBoard: ProviderKeyBoard
    ) -> ConsoleShared {
        ConsoleShared(
            adminKey: adminKey,
            keyStore: self.keyStore,
            accounts: self.accounts,
            secrets: self.secrets,
            ledger: self.ledger,
            keys: self.keys,
            keeper: self.keeper,
            catalog: catalog,
            health: health,
            keyBoard: keyBoard,
            board: self.board,
            passwords: self.passwords,
            limits: self.limits,
            second: self.second,
            logger: self.logger,
            after: self
        )
    }

    /// Runs a change of the throttle's counts.
    func withThrottle<Value: Sendable>(_ body: (inout SignInThrottle) -> Value) -> Value {
        self.throttle.state.withLock { body(&$0) }
    }
}

/// The throttle's counts, which no reload forgets.
private final class SharedThrottle: Sendable {
    let state = Mutex(SignInThrottle())
}
