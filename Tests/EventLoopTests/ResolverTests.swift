import Synchronization
import TestSupport
import Testing

@testable import EventLoop

@Suite("Resolver")
struct ResolverTests {
    private typealias Answer = Resolver.Answer

    /// A name server in the test's hands: lookups wait until they are let through.
    private final class NameServer: Sendable {
        let asked = Mutex<[String]>([])
        private let gate: Semaphore
        private let answers: Mutex<[String: Answer]>

        init(_ answers: [String: Answer] = [:]) throws {
            gate = try Semaphore()
            self.answers = Mutex(answers)
        }

        func letThrough(_ count: Int = 1) {
            gate.signal(count)
        }

        func set(_ name: String, _ answer: Answer) {
            answers.withLock { $0[name] = answer }
        }

        var lookup: Resolver.Lookup {
            { name in
                self.asked.withLock { $0.append(name) }
                self.gate.wait()
                return self.answers.withLock { $0[name] } ?? .failure(.notFound)
            }
        }

        var askedNames: [String] { asked.withLock { $0 } }
    }

    /// Time that several threads read.
    private final class SharedClock: Sendable {
        private let time = Mutex(MonotonicTime(nanoseconds: 0))

        func advance(by duration: Duration) {
            time.withLock { $0 = $0 + duration }
        }

        var reading: @Sendable () -> MonotonicTime {
            { self.time.withLock { $0 } }
        }
    }

    private final class Answers: Sendable {
        private let list = Mutex<[Answer]>([])

        func append(_ answer: Answer) {
            list.withLock { $0.append(answer) }
        }

        var all: [Answer] { list.withLock { $0 } }
    }

    private let harness: LoopHarness
    private let server: NameServer
    private let clock = SharedClock()
    private let answers = Answers()
    private let address = SocketAddress(ip: "192.0.2.1", port: 0) ?? .unspecified

    init() throws {
        harness = try LoopHarness()
        server = try NameServer()
    }

    private func resolver(threads: Int = 1, queueLimit: Int = 4) throws -> Resolver {
        try Resolver(threads: threads, queueLimit: queueLimit, lookup: server.lookup, clock: clock.reading)
    }

    private func ask(_ resolver: Resolver, _ host: String, port: Int = 443) {
        let answers = answers
        resolver.resolve(host: host, port: port, on: harness.loop.handle) { _, answer in answers.append(answer) }
    }

    private func wait(for count: Int) -> [Answer] {
        let isComplete = harness.run { answers.all.count >= count }
        #expect(isComplete)
        return answers.all
    }

    @Test("addresses are their own answer", arguments: ["192.0.2.7", "::1", "[::1]", "2001:db8::1"])
    func literals(host: String) throws {
        let resolver = try resolver()
        ask(resolver, host, port: 8443)
        #expect(answers.all.isEmpty)
        harness.turn()
        let addresses = try #require(answers.all.first).get()
        let text = host.filter { $0 != "[" && $0 != "]" }
        #expect(addresses == [SocketAddress(ip: text, port: 8443)])
        #expect(server.askedNames == [])
    }

    @Test(
        "localhost is the loopback, whatever a name server says (RFC 6761 §6.3)",
        arguments: ["localhost", "LOCALHOST."]
    )
    func localhost(host: String) throws {
        let resolver = try resolver()
        ask(resolver, host, port: 80)
        harness.turn()
        #expect(answers.all == [.success([.loopback(port: 80), .loopbackV6(port: 80)])])
    }

    @Test(
        "refuses what is not a host and a port",
        arguments: [("", 80), ("a b", 80), ("127.1", 80), ("example.com", -1), ("example.com", 65_536), ("[]", 80)]
    )
    func invalid(host: String, port: Int) throws {
        let resolver = try resolver()
        ask(resolver, host, port: port)
        harness.turn()
        #expect(answers.all == [.failure(.invalidName)])
        #expect(server.askedNames == [])
    }

    @Test("asks for a name once, for all who wait for it, each with its own port")
    func sharing() throws {
        server.set("example.com", .success([address]))
        let resolver = try resolver()
        ask(resolver, "example.com", port: 1)
        ask(resolver, "Example.COM", port: 2)
        ask(resolver, "example.com.", port: 3)
        server.letThrough()
        let all = wait(for: 3)
        #expect(all == (1...3).map { .success([address.withPort($0)]) })
        #expect(server.askedNames == ["example.com"])
    }

    @Test("keeps answers for a while")
    func cache() throws {
        server.set("example.com", .success([address]))
        let resolver = try resolver()
        server.letThrough(2)
        ask(resolver, "example.com")
        _ = wait(for: 1)
        clock.advance(by: .seconds(29))
        ask(resolver, "example.com", port: 7)
        #expect(wait(for: 2).last == .success([address.withPort(7)]))
        #expect(server.askedNames.count == 1)
        clock.advance(by: .seconds(1))
        ask(resolver, "example.com")
        _ = wait(for: 3)
        #expect(server.askedNames.count == 2)
    }

    @Test("remembers briefly that a name does not exist, and a passing failure not at all")
    func failures() throws {
        let resolver = try resolver()
        server.letThrough(10)
        ask(resolver, "gone.example")
        _ = wait(for: 1)
        ask(resolver, "gone.example")
        #expect(wait(for: 2) == [.failure(.notFound), .failure(.notFound)])
        #expect(server.askedNames.count == 1)
        clock.advance(by: Resolver.negativeTTL)
        ask(resolver, "gone.example")
        _ = wait(for: 3)
        #expect(server.askedNames.count == 2)
        server.set("busy.example", .failure(.temporary))
        ask(resolver, "busy.example")
        _ = wait(for: 4)
        server.set("busy.example", .success([address]))
        ask(resolver, "busy.example")
        #expect(wait(for: 5).suffix(2) == [.failure(.temporary), .success([address.withPort(443)])])
    }

    @Test("one slow name does not hold up another while a thread is free")
    func threads() throws {
        server.set("fast.example", .success([address]))
        let resolver = try resolver(threads: 2)
        ask(resolver, "slow.example")
        ask(resolver, "fast.example")
        let bothAsked = harness.run { server.askedNames.count == 2 }
        #expect(bothAsked)
        server.letThrough(2)
        _ = wait(for: 2)
    }

    @Test("refuses more waiting names than its queue holds")
    func overload() throws {
        let resolver = try resolver(threads: 1, queueLimit: 2)
        ask(resolver, "busy.example")
        let isBusy = harness.run { server.askedNames.count == 1 }
        #expect(isBusy)
        ask(resolver, "one.example")
        ask(resolver, "two.example")
        ask(resolver, "three.example")
        ask(resolver, "two.example")
        #expect(wait(for: 1) == [.failure(.overloaded)])
        server.letThrough(3)
        #expect(wait(for: 5).dropFirst() == Array(repeating: .failure(.notFound), count: 4)[...])
        #expect(server.askedNames == ["busy.example", "one.example", "two.example"])
    }

    @Test("stopping answers everybody, at once and from then on")
    func stop() throws {
        let resolver = try resolver()
        ask(resolver, "one.example")
        ask(resolver, "two.example")
        resolver.stop()
        #expect(wait(for: 2) == [.failure(.stopped), .failure(.stopped)])
        ask(resolver, "three.example")
        #expect(wait(for: 3).last == .failure(.stopped))
        server.letThrough(3)
        // What needs no lookup works on.
        ask(resolver, "127.0.0.1")
        #expect(try wait(for: 4).last?.get() == [.loopback(port: 443)])
    }

    @Test("an answer for a loop that has ended is dropped")
    func closedLoop() throws {
        let resolver = try resolver()
        ask(resolver, "one.example")
        harness.loop.close()
        server.letThrough()
        ask(resolver, "127.0.0.1")
        #expect(answers.all.isEmpty)
    }

    @Test("asks the C library")
    func system() throws {
        // Answered from /etc/hosts or by the library itself.
        let addresses = try Resolver.systemLookup("localhost").get()
        #expect(!addresses.isEmpty)
        #expect(addresses.allSatisfy { $0.isLoopback && $0.port == 0 })
        // RFC 6761 §6.4: `invalid` has no addresses. Without a name server the answer is that nobody answered.
        let failure = Resolver.systemLookup("nowhere.invalid")
        #expect([.failure(.notFound), .failure(.temporary), .failure(.failed)].contains(failure))
    }
}
