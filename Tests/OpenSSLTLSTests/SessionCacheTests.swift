// What the cache of sessions keeps and forgets, from one thread and from several.

import COpenSSL
import TestSupport
import Testing

@testable import OpenSSLTLS

struct SessionCacheTests {
    /// A session that never went over a wire but says that it can be resumed.
    private func session() throws -> ResumableSession {
        let authority = try CertificateAuthority()
        let context = try authority.clientContext()
        let client = try Endpoint(client: context)
        let server = try Endpoint(server: authority.serverContext())
        try client.session.start()
        try exchange(client, server)
        guard case .client(_, let cache) = context.side else { throw TLSError.internalError("no client") }
        return try #require(cache.take(for: SessionCache.Key(host: "localhost", port: 443)))
    }

    private func key(_ number: Int) -> SessionCache.Key {
        SessionCache.Key(host: "host-\(number).test", port: 443)
    }

    @Test func givesOutTheNewestFirstAndEachOnce() throws {
        let cache = SessionCache()
        let sessions = [try self.session(), try self.session()]
        for session in sessions { cache.store(session, for: self.key(1)) }
        #expect(cache.take(for: self.key(2)) == nil)
        #expect(cache.take(for: self.key(1)) === sessions[1])
        #expect(cache.take(for: self.key(1)) === sessions[0])
        #expect(cache.take(for: self.key(1)) == nil)
        #expect(cache.count == 0)
    }

    @Test func keepsTheNewestOfOneServer() throws {
        let cache = SessionCache()
        let first = try self.session()
        let second = try self.session()
        cache.store(first, for: self.key(1))
        for _ in 0..<TLSLimits.resumableSessionsPerServer { cache.store(second, for: self.key(1)) }
        #expect(cache.count == TLSLimits.resumableSessionsPerServer)
        while let session = cache.take(for: self.key(1)) { #expect(session !== first) }
    }

    @Test func forgetsTheServerThatWasSilentLongest() throws {
        let cache = SessionCache()
        let session = try self.session()
        for number in 0..<TLSLimits.resumableServers { cache.store(session, for: self.key(number)) }
        // Server 0 is heard from again, so that server 1 is now the oldest.
        cache.store(session, for: self.key(0))
        cache.store(session, for: self.key(TLSLimits.resumableServers))
        #expect(cache.take(for: self.key(1)) == nil)
        #expect(cache.take(for: self.key(0)) != nil)
        #expect(cache.take(for: self.key(TLSLimits.resumableServers)) != nil)
    }

    @Test func servesManyThreads() async throws {
        let cache = SessionCache()
        let session = try self.session()
        await withTaskGroup(of: Void.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    for round in 0..<500 {
                        let key = SessionCache.Key(host: "host-\((worker + round) % 100)", port: 1)
                        cache.store(session, for: key)
                        _ = cache.take(for: key)
                    }
                }
            }
        }
        #expect(cache.count <= TLSLimits.resumableServers * TLSLimits.resumableSessionsPerServer)
    }
}
