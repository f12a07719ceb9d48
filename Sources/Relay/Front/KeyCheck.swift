// The phases *credential* and *admit* of a session's life, the same for a realtime connection and an HTTP exchange.
//
// A key that was looked up less than a second ago is judged at once; any other waits for the store without holding
// the loop.

import EventLoop
import Foundation
import HTTPFraming
import OpenSSLTLS
import SessionCore
import Transport

/// Finds out whose key a request shows.
struct KeyCheck {
    let keys: KeyDirectory
    let loop: EventLoop

    /// Reads the credential of a request and finds its holder; `then` is called once, maybe at once.
    func identify(
        _ head: RequestHead,
        query: [(name: String, value: String)],
        subprotocols: [String],
        then: @escaping (Result<KeyHolder, RelayError>) -> Void
    ) {
        self.identify(Self.credential(of: head, query: query, subprotocols: subprotocols), then: then)
    }

    /// The credential that a request shows, or that it shows none.
    static func credential(
        of head: RequestHead,
        query: [(name: String, value: String)],
        subprotocols: [String]
    ) -> CredentialReader.Finding {
        CredentialReader.read(header: { head.fields.values($0) }, query: query, subprotocols: subprotocols)
    }

    /// Finds the holder of what was found; `then` is called once, maybe at once.
    func identify(
        _ finding: CredentialReader.Finding,
        then: @escaping (Result<KeyHolder, RelayError>) -> Void
    ) {
        switch finding {
        case .none:
            then(.failure(.noCredential()))
        case .conflict(let carriers):
            then(.failure(.conflictingCredentials(carriers)))
        case .one(let credential):
            switch self.keys.cached(credential, now: self.loop.now.nanoseconds) {
            case .holder(let holder): then(.success(holder))
            case .unknown: then(.failure(.unknownKey()))
            case .miss: self.load(credential.digest, then: then)
            }
        }
    }

    private func load(_ digest: SHA256Digest, then: @escaping (Result<KeyHolder, RelayError>) -> Void) {
        let (keys, now) = (self.keys, self.loop.now.nanoseconds)
        let started = self.loop.perform { () async -> Result<KeyHolder?, StoreError> in
            do throws(StoreError) {
                return .success(try await keys.load(digest, now: now))
            } catch {
                return .failure(error)
            }
        } then: { result in
            switch result {
            case .success(let holder?): then(.success(holder))
            case .success(nil): then(.failure(.unknownKey()))
            case .failure(let error): then(.failure(error.refusal))
            }
        }
        if !started {
            then(.failure(.serviceUnavailable("API keys cannot be checked at the moment")))
        }
    }

    /// Decides the phase *admit*: whether this key may do this, from there, now.
    func admit(_ holder: KeyHolder, model: String?, peer: SocketAddress) -> Result<Grant, RelayError> {
        Admission.decide(holder: holder, model: model, address: peer.ipBytes, now: Date())
    }
}
