// Finds out who makes a call. In this order, and the first that is shown decides:
//
// 1. `Authorization: Bearer`: the admin key, or a key of ours.
// 2. The cookie of a signed-in browser; to change something it takes evidence that the page is our own.
// 3. Nothing: whoever sits at this machine is its admin as long as there is no admin key. What a page of another origin
//    may have sent, under whatever name, is not from whoever sits here (`BrowserEvidence`).
//
// What is shown and wrong is refused, never passed over: a member who was disabled must not become the neighbour.

import EventLoop
import Foundation
import HTTPFraming
import OpenSSLTLS
import SessionCore

/// Recognises callers.
struct CallerCheck: Sendable {
    private let shared: ConsoleShared

    init(_ shared: ConsoleShared) {
        self.shared = shared
    }

    /// Returns the caller, or the refusal for whoever is none.
    func caller(_ visitor: Visitor, changesState: Bool, now: Date) async throws(RelayError) -> Caller {
        let finding = CredentialReader.read(header: { name in
            name == "authorization" ? visitor.fields.values(name) : []
        })
        switch finding {
        case .conflict(let carriers): throw .conflictingCredentials(carriers)
        case .one(let credential): return try await self.holder(of: credential, visitor, now)
        case .none: break
        }
        if let caller = try await self.signedIn(visitor, now) {
            let evidence = BrowserEvidence(visitor)
            guard changesState ? evidence.isSameOrigin : !evidence.isCrossSite else { throw .crossSite() }
            return caller
        }
        return try self.neighbour(visitor)
    }

    // MARK: What may be shown

    private func holder(of credential: Credential, _ visitor: Visitor, _ now: Date) async throws(RelayError) -> Caller {
        if let admin = self.shared.adminKey, admin == credential.digest { return .adminKey }
        guard !credential.text.hasPrefix("ek_") else {
            throw .notPermitted(
                "Client secrets open realtime sessions and nothing else. Use the key that made it, or sign in.",
                code: "client_secret_not_allowed"
            )
        }
        guard credential.isWellFormed, let holder = try await self.lookUp(credential) else {
            throw .unknownKey()
        }
        let decision = Admission.decide(holder: holder, model: nil, address: visitor.peer.ipBytes, now: now)
        guard case .failure(let refusal) = decision else { return .holder(holder) }
        throw refusal
    }

    private func lookUp(_ credential: Credential) async throws(RelayError) -> KeyHolder? {
        let now = MonotonicTime.now().nanoseconds
        switch self.shared.keys.cached(credential, now: now) {
        case .holder(let holder): return holder
        case .unknown: return nil
        case .miss: break
        }
        do throws(StoreError) {
            return try await self.shared.keys.load(credential.digest, now: now)
        } catch {
            throw error.refusal
        }
    }

    /// Nil when there is no cookie.
    private func signedIn(_ visitor: Visitor, _ now: Date) async throws(RelayError) -> Caller? {
        guard let digest = SessionCookie.digest(in: visitor.fields) else { return nil }
        let found: (signIn: SignIn, member: Member, account: Account)?
        do throws(StoreError) {
            found = try await self.shared.accounts.signIn(digest: digest)
        } catch {
            throw RelayError(error, "sign-in")
        }
        guard let found, found.signIn.expiresAt > now, !(found.member.disabledAt.map { $0 <= now } ?? false),
            !found.account.isDisabled(at: now)
        else { throw .notSignedIn() }
        return .member(found.member, found.account, found.signIn)
    }

    private func neighbour(_ visitor: Visitor) throws(RelayError) -> Caller {
        guard self.shared.adminKey == nil else { throw .notSignedIn() }
        guard visitor.peer.isLoopback else { throw .adminOnly() }
        let evidence = BrowserEvidence(visitor)
        guard evidence.isLocal else { throw .foreignHost() }
        guard !evidence.isCrossSite else { throw .crossSite() }
        return .loopback
    }
}
