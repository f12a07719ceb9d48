// SessionCache.swift: sessions a client may resume instead of shaking hands in full (RFC 8446 §2.2, RFC 5077).
//
// Resumption halves the price of dialling an upstream. Sessions are used once: a TLS 1.3 ticket shown twice lets an
// onlooker link both connections (RFC 8446 §C.4). A TLS 1.2 session comes back once a handshake has proved it good.
//
// A resumed handshake shows no certificate, so the checks of the first one carry over. The cache therefore belongs to
// one context (one trust, one verification), its key holds the dialled name, and TLSSession looks at the remembered
// certificate again before it offers a session.

import COpenSSL
import Synchronization

/// One `SSL_SESSION` in sole possession, freed with the last reference to it.
///
/// Unchecked because of the raw pointer. It never changes, the session behind it is a private copy that no connection
/// works on, and OpenSSL counts its references atomically.
@safe final class ResumableSession: @unchecked Sendable {
    private let pointer: OpaquePointer

    /// Copies a session of a live connection, which goes on changing its own; nil if it cannot be resumed.
    init?(copying session: OpaquePointer) {
        guard unsafe SSL_SESSION_is_resumable(session) == 1, let copy = unsafe SSL_SESSION_dup(session) else {
            return nil
        }
        unsafe self.pointer = copy
    }

    deinit {
        unsafe SSL_SESSION_free(self.pointer)
    }

    /// Offers the session in the handshake that `ssl` is about to start.
    func offer(to ssl: SSLPointer) -> Bool {
        unsafe SSL_set_session(ssl.raw, self.pointer) == 1
    }

    /// Whether the server that made it showed a certificate which `name` may still rely on.
    func isVerified(for name: ServerName) -> Bool {
        guard unsafe SSL_SESSION_get0_peer(self.pointer) != nil,
            let certificate = unsafe SSL_SESSION_get0_peer(self.pointer)
        else { return false }
        return unsafe name.accepts(certificate: certificate)
    }
}

/// The sessions of one client context, for all loops.
final class SessionCache: Sendable {
    struct Key: Hashable, Sendable {
        let host: String
        let port: Int
    }

    private struct Sessions {
        var byServer: [Key: [ResumableSession]] = [:]
        // Servers in the order in which they last gave a session, the oldest first. Holds each key of `byServer` once.
        var order: [Key] = []
    }

    private let sessions = Mutex(Sessions())

    init() {}

    /// Keeps a session, at the cost of the oldest one when there is no room.
    func store(_ session: ResumableSession, for key: Key) {
        // What falls out is freed after the lock is given back.
        var dropped: [ResumableSession] = []
        self.sessions.withLock { state in
            var known = state.byServer[key] ?? []
            if known.count >= TLSLimits.resumableSessionsPerServer { dropped.append(known.removeFirst()) }
            known.append(session)
            state.byServer[key] = known
            state.order.removeAll { $0 == key }
            state.order.append(key)
            if state.order.count > TLSLimits.resumableServers {
                dropped.append(contentsOf: state.byServer.removeValue(forKey: state.order.removeFirst()) ?? [])
            }
        }
    }

    /// Gives out the newest session of a server; nobody else will get it.
    func take(for key: Key) -> ResumableSession? {
        self.sessions.withLock { state in
            guard var known = state.byServer[key], let session = known.popLast() else { return nil }
            if known.isEmpty {
                state.byServer[key] = nil
                state.order.removeAll { $0 == key }
            } else {
                state.byServer[key] = known
            }
            return session
        }
    }

    /// How many sessions are kept for all servers together.
    var count: Int {
        self.sessions.withLock { state in state.byServer.values.reduce(0) { $0 + $1.count } }
    }
}
