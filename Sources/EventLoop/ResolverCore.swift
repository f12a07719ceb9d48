// What a resolver shares with its threads: the questions, who waits for them, and the answers of the last while.

import Synchronization

/// The queue and the cache of a `Resolver`.
final class ResolverCore: Sendable {
    struct Waiter: Sendable {
        let port: UInt16
        let loop: LoopHandle
        let then: @Sendable (EventLoop, Resolver.Answer) -> Void

        func tell(_ answer: Resolver.Answer) {
            let port = port
            let then = then
            let answer = answer.map { addresses in addresses.map { $0.withPort(port) } }
            loop.answer { loop in then(loop, answer) }
        }
    }

    private struct Cached {
        let answer: Resolver.Answer
        let expiry: MonotonicTime
    }

    private struct State {
        var queue: [HostName] = []
        var waiters: [HostName: [Waiter]] = [:]
        var waiterCount = 0
        var cache: [HostName: Cached] = [:]
        var isStopped = false
    }

    /// Questions that may wait at once, over all names.
    static let waiterLimit = 65_536
    /// Names whose answers are kept.
    static let cacheLimit = 1024

    private let queueLimit: Int
    private let cacheTTL: Duration
    private let lookup: Resolver.Lookup
    private let clock: @Sendable () -> MonotonicTime
    private let semaphore: Semaphore
    private let state = Mutex(State())

    init(
        queueLimit: Int,
        cacheTTL: Duration,
        lookup: @escaping Resolver.Lookup,
        clock: @escaping @Sendable () -> MonotonicTime
    ) throws(SystemError) {
        self.queueLimit = queueLimit
        self.cacheTTL = cacheTTL
        self.lookup = lookup
        self.clock = clock
        semaphore = try Semaphore()
    }

    /// An answer at once, or nil when the waiter will be told.
    func ask(_ name: HostName, _ waiter: Waiter) -> Resolver.Answer? {
        let now = clock()
        let (answer, isNew) = state.withLock { state -> (Resolver.Answer?, Bool) in
            if state.isStopped { return (.failure(.stopped), false) }
            if let cached = state.cache[name], now < cached.expiry { return (cached.answer, false) }
            guard state.waiterCount < ResolverCore.waiterLimit else { return (.failure(.overloaded), false) }
            let isNew = state.waiters[name] == nil
            if isNew {
                guard state.queue.count < queueLimit else { return (.failure(.overloaded), false) }
                state.queue.append(name)
            }
            state.waiters[name, default: []].append(waiter)
            state.waiterCount += 1
            return (nil, isNew)
        }
        if isNew {
            semaphore.signal()
        }
        return answer?.map { addresses in addresses.map { $0.withPort(waiter.port) } }
    }

    /// What each thread does: looks names up until `stop`.
    func work() {
        while true {
            semaphore.wait()
            let name: HostName? = state.withLock { state in
                state.isStopped || state.queue.isEmpty ? nil : state.queue.removeFirst()
            }
            guard let name else {
                // Every signal but that of `stop` stands for a queued name. Pass it on to the next thread.
                semaphore.signal()
                return
            }
            settle(name, lookup(name.text))
        }
    }

    /// Everybody who waits is told `.stopped`, and the threads end after the lookup they are in.
    func stop() {
        let waiters: [Waiter] = state.withLock { state in
            state.isStopped = true
            let waiters = state.waiters.values.flatMap(\.self)
            state.waiters = [:]
            state.waiterCount = 0
            state.queue = []
            return waiters
        }
        semaphore.signal()
        for waiter in waiters {
            waiter.tell(.failure(.stopped))
        }
    }

    private func settle(_ name: HostName, _ answer: Resolver.Answer) {
        let now = clock()
        let waiters: [Waiter] = state.withLock { state in
            let waiters = state.waiters.removeValue(forKey: name) ?? []
            state.waiterCount -= waiters.count
            if let lifetime = lifetime(of: answer) {
                ResolverCore.makeRoom(in: &state, now: now)
                state.cache[name] = Cached(answer: answer, expiry: now + lifetime)
            } else {
                state.cache[name] = nil
            }
            return waiters
        }
        for waiter in waiters {
            waiter.tell(answer)
        }
    }

    private func lifetime(of answer: Resolver.Answer) -> Duration? {
        switch answer {
        case .success: return cacheTTL
        case .failure(.notFound): return min(cacheTTL, Resolver.negativeTTL)
        case .failure: return nil
        }
    }

    private static func makeRoom(in state: inout State, now: MonotonicTime) {
        guard state.cache.count >= cacheLimit else { return }
        state.cache = state.cache.filter { now < $0.value.expiry }
        if state.cache.count >= cacheLimit {
            state.cache = [:]
        }
    }
}
