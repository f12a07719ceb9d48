// Attempts to sign in: some for free, then ever longer waits, in bounded tables.

import Testing

@testable import Console

@Suite struct SignInThrottleTests {
    private let here: [UInt8] = [127, 0, 0, 1]

    @Test("a name waits longer and longer, at most a minute")
    func growingWaits() {
        var throttle = SignInThrottle()
        for _ in 0..<5 { #expect(throttle.begin(name: "ada", address: self.here, now: 100) == nil) }
        var now: Int64 = 100
        for expected in [1, 2, 4, 8, 16, 32, 60, 60] {
            #expect(throttle.begin(name: "ada", address: [10, 0, 0, UInt8(expected)], now: now) == expected)
            now += Int64(expected)
            #expect(throttle.begin(name: "ada", address: [10, 0, 0, UInt8(expected)], now: now) == nil)
        }
    }

    @Test("waiting attempts are not counted, and another name is not held up")
    func others() {
        var throttle = SignInThrottle()
        for _ in 0..<5 { _ = throttle.begin(name: "ada", address: self.here, now: 0) }
        for _ in 0..<50 { #expect(throttle.begin(name: "ada", address: self.here, now: 0) == 1) }
        #expect(throttle.begin(name: "bob", address: self.here, now: 0) == nil)
        #expect(throttle.begin(name: "ada", address: self.here, now: 1) == nil)
    }

    @Test("an address that tries many names waits, too, by its network in IPv6")
    func addresses() {
        var throttle = SignInThrottle()
        let network: [UInt8] = [0x20, 1, 0xD, 0xB8, 0, 0, 0, 1]
        for index in 0..<20 {
            let address = network + [UInt8](repeating: UInt8(index), count: 8)
            #expect(throttle.begin(name: "n\(index)", address: address, now: 0) == nil)
        }
        #expect(throttle.begin(name: "fresh", address: network + [UInt8](repeating: 99, count: 8), now: 0) == 1)
        #expect(throttle.begin(name: "fresh", address: self.here, now: 0) == nil)
    }

    @Test("success forgets the name and gives the address its attempt back")
    func success() {
        var throttle = SignInThrottle()
        for _ in 0..<200 {
            #expect(throttle.begin(name: "ada", address: self.here, now: 0) == nil)
            throttle.succeeded(name: "ada", address: self.here)
        }
        #expect(throttle.entryCount == 0)
    }

    @Test("an hour of silence forgives")
    func forgiveness() {
        var throttle = SignInThrottle()
        for _ in 0..<5 { _ = throttle.begin(name: "ada", address: self.here, now: 0) }
        #expect(throttle.begin(name: "ada", address: self.here, now: 3_600) == nil)
        #expect(throttle.begin(name: "ada", address: self.here, now: 3_600) == nil)
    }

    @Test("tables do not grow beyond their bound")
    func bounds() {
        var limits = SignInThrottle.Limits()
        limits.entries = 16
        limits.freeByAddress = 10_000
        var throttle = SignInThrottle(limits: limits)
        for index in 0..<1_000 { _ = throttle.begin(name: "n\(index)", address: self.here, now: Int64(index) / 100) }
        #expect(throttle.entryCount == 17)
    }
}
