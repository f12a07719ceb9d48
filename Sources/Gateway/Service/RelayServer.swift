// The service graph: configuration → store, simulator, catalogue, loops, listeners; and its orderly end.

import Console
import EventLoop
import Foundation
import HTTPFraming
package import Logging
import OpenSSLTLS
import Relay
package import SQLiteStore
package import SessionCore
import Synchronization
package import Telemetry
import Transport

/// A running relay.
package final class RelayServer: Sendable {
    /// How long a shutdown waits for what is under way.
    package static let grace: Duration = .seconds(8)

    /// Where clients connect, e.g.
    ///
    /// "http://127.0.0.1:8080", in the order of the configuration.
    package let addresses: [String]
    /// The key that was made because the store was empty.
    package let firstKey: IssuedKey?
    /// As it was started: what cannot change while it runs is as it says.
    let started: Configuration
    let crew: LoopCrew
    let status: RelayStatus
    let batches: BatchEngine
    let logger: Logger
    private let database: SQLiteDatabase
    private let ledger: JournaledLedger
    let inForce: Mutex<InForce>

    /// What a reload replaces.
    struct InForce: Sendable {
        /// Which file said something; nil while what is built in counts.
        var file: String?
        var shared: RelayShared
        var console: ConsoleShared
        /// Runs once an upstream has asked for it, and to the end.
        var simulator: RunningSimulator?
    }

    /// Starts everything the configuration asks for; throws with reason and remedy if a part cannot be had.
    ///
    /// `samples` are metrics that only the caller knows.
    package static func start(
        _ configuration: Configuration,
        loops: Int,
        logger: Logger,
        samples: @escaping @Sendable () -> [MetricSample] = { [] }
    ) async throws -> RelayServer {
        let path =
            switch configuration.store {
            case .sqlite(let path): path
            }
        let database = try SQLiteDatabase(path: path)
        let store = SQLiteKeyStore(database)
        let firstKey = try await Self.makeFirstKey(in: store)
        let ledgerStore = SQLiteLedgerStore(database)
        let registry = MetricRegistry(MetricCatalog.families)
        let metrics = RelayMetrics(
            factory: registry,
            models: Set(configuration.models.map(\.id)),
            upstreams: Set(configuration.upstreams.map(\.name))
        )
        // Before anything is served: what an ended process left behind counts against budgets as well.
        let ledger = try await Self.openLedger(in: ledgerStore, beside: path, metrics: metrics, logger: logger)
        do {
            let limits = LimitKeeper()
            limits.restore(try await ledgerStore.spend())
            let status = RelayStatus(registry: registry, ledger: { ledger.health }, metrics: metrics, more: samples)
            let shared = SharedParts(
                keys: KeyDirectory(store: store),
                limits: limits,
                ledger: ledger,
                metrics: metrics,
                status: status
            )
            return try await Self.serve(configuration, shared, loops: loops, firstKey: firstKey, database, logger)
        } catch {
            await ledger.close()
            throw error
        }
    }

    /// What the loops share besides the configuration.
    private struct SharedParts {
        let keys: KeyDirectory
        let limits: LimitKeeper
        let ledger: JournaledLedger
        let metrics: RelayMetrics
        let status: RelayStatus
    }

    private static func serve(
        _ given: Configuration,
        _ parts: SharedParts,
        loops: Int,
        firstKey: IssuedKey?,
        _ database: SQLiteDatabase,
        _ logger: Logger
    ) async throws -> RelayServer {
        var configuration = given
        let simulator = try await RunningSimulator.serve(&configuration, logger: logger)
        do {
            return try await Self.serve(configuration, simulator, parts, loops: loops, firstKey, database, logger)
        } catch {
            await simulator?.crew.shutDown(grace: SimulatorServer.grace)
            throw error
        }
    }

    /// The same once the simulator runs where it is asked for, with its address in the configuration.
    private static func serve(
        _ configuration: Configuration,
        _ simulator: RunningSimulator?,
        _ parts: SharedParts,
        loops: Int,
        _ firstKey: IssuedKey?,
        _ database: SQLiteDatabase,
        _ logger: Logger
    ) async throws -> RelayServer {
        let runner = LoopBatchRunner()
        let batches = Self.batches(configuration.catalog, parts, runner, database, logger)
        let terms = configuration.relayTerms
        let shared = try RelayShared(
            catalog: terms.catalog,
            keys: parts.keys,
            origins: terms.origins,
            settings: terms.settings,
            limits: parts.limits,
            ledger: parts.ledger,
            secrets: SQLiteSecretStore(database),
            metrics: parts.metrics,
            status: parts.status,
            operators: terms.operators,
            batches: batches,
            cache: terms.cache.map { ResponseCache($0) },
            logger: logger
        )
        let bindings = try configuration.listeners.map(Self.binding)
        let limits = configuration.transportLimits(loops: loops)
        let crew = try LoopCrew(loops: loops, limits: limits, logger: logger)
        let board = LoopSessionBoard()
        let console = Self.console(configuration, shared, board, database, logger)
        let bound = try await crew.serve(bindings) { context, _ in
            let relay = RelayService(shared: shared, context: context)
            board.add(relay, on: context.loop.handle)
            runner.add(relay, on: context.loop.handle)
            return FrontService(relay: relay, console: ConsoleService(shared: console, context: context))
        } drain: { service, quiet in
            guard let relay = (service as? FrontService)?.relay else { return quiet() }
            relay.onQuiet = quiet
            relay.drain()
        }
        try await Self.settleDescriptors(crew)
        await batches.start()
        parts.status.watch(crew)
        parts.status.watch(shared.keyBoard)
        let addresses = zip(configuration.listeners, bound).map { listener, address in
            "\(listener.tls == nil ? "http" : "https")://\(address)"
        }
        return RelayServer(
            addresses: addresses,
            firstKey: firstKey,
            started: configuration,
            crew: crew,
            parts: parts,
            database: database,
            batches: batches,
            inForce: InForce(
                file: configuration.speakingFile,
                shared: shared,
                console: console,
                simulator: simulator
            ),
            logger: logger
        )
    }

    /// Leaves what the process opens besides connections its descriptors (`robustness.md` A22); a crew that has none is
    /// stopped.
    private static func settleDescriptors(_ crew: LoopCrew) async throws(TooFewDescriptors) {
        guard let open = ProcessSample.descriptors(), let allowed = ProcessSample.descriptorLimit() else { return }
        do throws(TooFewDescriptors) {
            try DescriptorRoom.process.settle(open: Int(open), allowed: Int(allowed))
        } catch {
            await crew.shutDown(grace: .zero)
            throw error
        }
    }

    private init(
        addresses: [String],
        firstKey: IssuedKey?,
        started: Configuration,
        crew: LoopCrew,
        parts: SharedParts,
        database: SQLiteDatabase,
        batches: BatchEngine,
        inForce: InForce,
        logger: Logger
    ) {
        self.addresses = addresses
        self.firstKey = firstKey
        self.started = started
        self.crew = crew
        self.status = parts.status
        self.batches = batches
        self.logger = logger
        self.database = database
        self.ledger = parts.ledger
        self.inForce = Mutex(inForce)
    }

    /// How the ledger fares at this moment.
    package var ledgerHealth: LedgerHealth { self.ledger.health }

    /// Ends sessions with 1001, lets exchanges finish, and stops; at the latest after `grace`.
    package func shutDown() async {
        await self.batches.stop()
        await self.crew.shutDown(grace: Self.grace)
        await self.batches.finish()
        await self.inForce.withLock(\.simulator)?.crew.shutDown(grace: SimulatorServer.grace)
        // A store that takes nothing must not hold up the end; the next start finds what it did not take.
        if await self.ledger.close() {
            try? self.database.close()
        }
    }

    // MARK: Parts

    /// The API's share of the parts: it changes what the relay reads, and reads what the relay writes.
    private static func console(
        _ configuration: Configuration,
        _ shared: RelayShared,
        _ board: LoopSessionBoard,
        _ database: SQLiteDatabase,
        _ logger: Logger
    ) -> ConsoleShared {
        ConsoleShared(
            adminKey: configuration.adminKey,
            keyStore: SQLiteKeyStore(database),
            accounts: SQLiteAccountStore(database),
            secrets: shared.secrets,
            ledger: SQLiteLedgerStore(database),
            keys: shared.keys,
            keeper: shared.limits,
            catalog: shared.catalog,
            health: shared.health,
            keyBoard: shared.keyBoard,
            board: board,
            logger: logger
        )
    }

    /// The queue of batches; of several processes on one database one runs it.
    private static func batches(
        _ catalog: ModelCatalog,
        _ parts: SharedParts,
        _ runner: LoopBatchRunner,
        _ database: SQLiteDatabase,
        _ logger: Logger
    ) -> BatchEngine {
        let path = database.path
        return BatchEngine(
            store: SQLiteBatchStore(database),
            runner: runner,
            keys: parts.keys,
            limits: parts.limits,
            catalog: catalog,
            logger: logger
        ) {
            try BatchJournal.open(besideDatabase: path)
        }
    }

    private static func openLedger(
        in store: SQLiteLedgerStore,
        beside path: String,
        metrics: RelayMetrics,
        logger: Logger
    ) async throws -> JournaledLedger {
        try await JournaledLedger.open(base: path + "-ledger", store: store, logger: logger) { health in
            metrics.ledger(
                queued: health.queued,
                lagMilliseconds: health.lagMilliseconds,
                dropped: health.dropped
            )
        }
    }

    private static func makeFirstKey(in store: SQLiteKeyStore) async throws -> IssuedKey? {
        guard try await store.isEmpty() else { return nil }
        let key = try IssuedKey(name: "first key", now: Date())
        return try await store.insertFirst(key.record) ? key : nil
    }

    /// Tries what reading a configuration cannot judge: that certificates, keys and authorities can be used together.
    ///
    /// Returns one sentence for each fault.
    package static func faults(of configuration: Configuration) -> [String] {
        var faults: [String] = []
        for listener in configuration.listeners {
            do {
                _ = try self.binding(listener)
            } catch {
                faults.append("listen: \(listener): \(error)")
            }
        }
        // Each file once, however many upstreams name it.
        var good: Set<String?> = []
        for upstream in configuration.upstreams where upstream.baseURL.isSecure && !good.contains(upstream.tls.caFile) {
            do {
                _ = try TLSContext(
                    client: TLSClientConfiguration(trust: upstream.tls.caFile.map { .file($0) } ?? .system)
                )
                good.insert(upstream.tls.caFile)
            } catch {
                faults.append("upstreams: \(upstream.name): \(error)")
            }
        }
        return faults
    }

    static func binding(_ listener: Listener) throws -> Binding {
        guard let port = UInt16(exactly: listener.port),
            let address = SocketAddress(ipBytes: listener.address.bytes, port: port)
        else { throw BindingError(description: "'\(listener)' is not an address to listen on") }
        let tls = try listener.tls.map { files in
            try TLSContext(
                server: TLSServerConfiguration(
                    certificateChainFile: files.certificateFile,
                    privateKeyFile: files.privateKeyFile
                )
            )
        }
        return Binding(address: address, tls: tls)
    }
}
