// Once a second, what has become of the keys that have realtime sessions on this loop: a key that was revoked, deleted or
// has expired, an account that was disabled, and a budget that is used up end the sessions between their turns; limits
// that were changed count from the next turn on (robustness G14).
//
// A store that does not answer changes nothing: what was known last goes on to count.

import EventLoop
import Foundation
import SessionCore
import Transport

/// Watches the keys of one loop's sessions.
///
/// Loop-bound.
final class KeyWatch {
    private static let interval: Duration = .seconds(1)
    /// Questions to the store in one second; the rest have their turn in the next.
    private static let looksAtOnce = 256

    private unowned let service: RelayService
    private var keys: [String: WatchedKey] = [:]
    private var timer: TimerID?
    private var looked = 0

    init(_ service: RelayService) {
        self.service = service
    }

    private var loop: EventLoop { self.service.context.loop }
    /// Whether an answer of the store is awaited.
    var isAsking: Bool { self.keys.values.contains { $0.isLoading } }

    /// A session of this holder begins.
    func begin(_ holder: KeyHolder) -> WatchedKey {
        let key = self.keys[holder.record.id] ?? WatchedKey(holder)
        key.sessions += 1
        self.keys[key.id] = key
        if self.timer == nil { self.schedule() }
        return key
    }

    /// A session has ended.
    func end(_ key: WatchedKey) {
        key.sessions -= 1
        guard key.sessions <= 0 else { return }
        self.keys[key.id] = nil
        if self.keys.isEmpty, let timer = self.timer {
            self.loop.cancel(timer)
            self.timer = nil
        }
    }

    private func schedule() {
        self.timer = self.loop.schedule(at: self.loop.now + Self.interval, self)
    }

    private func look() {
        let now = self.loop.now.nanoseconds
        let keys = Array(self.keys.values)
        for key in keys { self.judge(key) }
        for offset in 0..<min(keys.count, Self.looksAtOnce) {
            let key = keys[(self.looked + offset) % keys.count]
            switch self.service.shared.keys.cached(keyID: key.id, now: now) {
            case .holder(let holder): self.update(key, holder)
            case .unknown: self.service.keyEnded(key, .revokedKey())
            case .miss: self.load(key, now)
            }
        }
        self.looked = keys.isEmpty ? 0 : (self.looked + Self.looksAtOnce) % keys.count
    }

    private func update(_ key: WatchedKey, _ holder: KeyHolder) {
        let isNews = key.update(holder)
        self.judge(key)
        if isNews { self.service.keyChanged(key) }
    }

    private func judge(_ key: WatchedKey) {
        if let error = key.refusal(now: Date(), limits: self.service.shared.limits) {
            self.service.keyEnded(key, error)
        }
    }

    private func load(_ key: WatchedKey, _ now: Int64) {
        guard !key.isLoading else { return }
        let (directory, id) = (self.service.shared.keys, key.id)
        key.isLoading = self.loop.perform { () async -> Result<KeyHolder?, StoreError> in
            do throws(StoreError) {
                return .success(try await directory.load(keyID: id, now: now))
            } catch {
                return .failure(error)
            }
        } then: { result in
            key.isLoading = false
            // Nobody is left to be ended, and the service may be gone with the loop.
            guard key.sessions > 0 else { return }
            switch result {
            case .success(let holder?): self.update(key, holder)
            case .success(nil): self.service.keyEnded(key, .revokedKey())
            case .failure: break
            }
        }
    }
}

extension KeyWatch: TimerHandler {
    func timerFired(tag: Int) {
        self.timer = nil
        self.look()
        if !self.keys.isEmpty { self.schedule() }
    }
}
