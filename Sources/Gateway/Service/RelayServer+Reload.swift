// A changed configuration for a relay at work: all of it counts, or none of it does. Whatever begins afterwards begins under
// it; sessions and exchanges under way keep what they began with, and no connection is closed but those to upstreams that
// nobody will ask any more.
//
// Order: read → judge (`faults`) → make everything that can fail → hand it to the loops, one after the other.

import Console
import EventLoop
import Logging
import OpenSSLTLS
import Relay
import SessionCore
import Synchronization
import Transport

/// What became of a reload.
package enum Reload: Sendable, Equatable {
    /// In force, but for what stands under these keys, which counts after a restart.
    case taken(Configuration, waiting: [String])
    /// The configuration of before stays in force; one sentence for each fault.
    case refused([String])
}

/// The relay was stopped before all of its loops had taken the configuration over.
private struct ReloadTooLate: Error, CustomStringConvertible {
    let description = "the relay is stopping"
}

extension RelayServer.InForce {
    /// Why a configuration that says nothing cannot follow one that did.
    ///
    /// A full disk leaves empty files, a mount or a deploy that fails leaves none: neither may open what an admin key had
    /// closed, or bring in what is built in.
    fileprivate func fault(ofSilent next: Configuration) -> String? {
        guard let file = self.file else { return nil }
        let remedy = "Restart to run what is built in."
        guard let found = next.file else { return "\(file): the file is not there any more. \(remedy)" }
        return next.isBlank ? "\(found): the file says nothing. \(remedy)" : nil
    }
}

extension RelayServer {
    /// Reads the configuration anew and takes it over, or says in the log why not.
    ///
    /// One at a time: who calls it waits for its end before the next call.
    package func reload(reading read: @Sendable () throws -> Configuration) async -> Reload {
        let configuration: Configuration
        do {
            configuration = try read()
        } catch let faults as ConfigurationErrors {
            return self.refuse(faults.errors.map(\.description))
        } catch {
            return self.refuse(["\(error)"])
        }
        if let fault = self.inForce.withLock({ $0.fault(ofSilent: configuration) }) { return self.refuse([fault]) }
        let faults = Self.faults(of: configuration)
        guard faults.isEmpty else {
            return self.refuse(faults.map { fault in configuration.file.map { "\($0): \(fault)" } ?? fault })
        }
        do {
            try await self.adopt(configuration)
        } catch {
            return self.refuse(["\(error)"])
        }
        return self.take(configuration)
    }

    private func adopt(_ given: Configuration) async throws {
        var configuration = given
        let certificates = try self.certificates(of: configuration)
        let before = self.inForce.withLock { $0 }
        let simulator = try await RunningSimulator.serve(
            &configuration,
            running: before.simulator,
            logger: self.logger
        )
        // Kept whatever comes: the next reload finds it running.
        self.inForce.withLock { $0.simulator = simulator }
        let shared = try before.shared.succeeded(by: configuration.relayTerms)
        let console = before.console.succeeded(
            adminKey: configuration.adminKey,
            catalog: shared.catalog,
            health: shared.health,
            keyBoard: shared.keyBoard
        )
        let limits = configuration.transportLimits(loops: self.crew.group.loops.count)
        let isEverywhere = await self.crew.everywhere { home in
            home.context.adopt(limits)
            home.renew(certificates)
            (home.service as? FrontService)?.adopt(shared, console)
        }
        guard isEverywhere else { throw ReloadTooLate() }
        await self.batches.adopt(shared.catalog)
        self.status.watch(shared.keyBoard)
        shared.metrics.retireUpstreams(of: before.shared.metrics)
        if before.shared.cache !== shared.cache { before.shared.cache?.close() }
        self.inForce.withLock { current in
            current.file = given.speakingFile
            current.shared = shared
            current.console = console
        }
    }

    /// Certificates for the listeners that have TLS, by their places; files are read anew, also where their names are the
    /// same.
    private func certificates(of configuration: Configuration) throws -> [Int: TLSContext] {
        var given = configuration.listeners.filter { $0.tls != nil }
        var contexts: [Int: TLSContext] = [:]
        for (place, listener) in self.started.listeners.enumerated() where listener.tls != nil {
            guard let index = given.firstIndex(where: { $0.isAt(listener) }) else { continue }
            contexts[place] = try Self.binding(given.remove(at: index)).tls
        }
        return contexts
    }

    private func refuse(_ faults: [String]) -> Reload {
        for fault in faults {
            self.logger.error("configuration fault", metadata: ["fault": "\(fault)"])
        }
        self.logger.error(
            "configuration not reloaded; the one from before stays in force",
            metadata: ["faults": "\(faults.count)"]
        )
        self.inForce.withLock(\.shared).metrics.reload(isTaken: false)
        return .refused(faults)
    }

    private func take(_ configuration: Configuration) -> Reload {
        for warning in configuration.warnings {
            self.logger.warning("configuration warning", metadata: ["warning": "\(warning)"])
        }
        let waiting = configuration.waitingForRestart(since: self.started)
        for words in waiting {
            self.logger.warning("configuration change counts after a restart", metadata: ["changed": "\(words)"])
        }
        self.logger.notice(
            "configuration reloaded",
            metadata: [
                "file": "\(configuration.file ?? "built-in")", "models": "\(configuration.models.count)",
                "upstreams": "\(configuration.upstreams.count)",
                "after_restart": "\(waiting.joined(separator: ", "))",
            ]
        )
        self.inForce.withLock(\.shared).metrics.reload(isTaken: true)
        return .taken(configuration, waiting: waiting)
    }
}
