// The section `routing`: what is left out keeps its default, what cannot be meant is told with its line.

import SessionCore
import Testing

@testable import Gateway

@Suite struct RoutingConfigurationTests {
    private func read(_ text: String) throws -> Configuration {
        try ConfigurationReader.read(text: text, file: "/nowhere/longwire.yaml", environment: [:])
    }

    @Test func defaultsStay() throws {
        #expect(try read("").routing == RoutingPolicy())
        var policy = RoutingPolicy()
        policy.attempts = 1
        policy.breaker.failures = 2
        #expect(try read("routing: { attempts: 1, breaker: { failures: 2 } }").routing == policy)
    }

    @Test func aLongTimeNeedsNoLongerBound() throws {
        let breaker = try read("routing: { breaker: { open: 10m } }").routing.breaker
        #expect(breaker.open == .seconds(600) && breaker.longestOpen == .seconds(600))
    }

    @Test(
        arguments: [
            ("routing: { attempts: 0 }", "routing.attempts"), ("routing: { attempts: 21 }", "routing.attempts"),
            ("routing: { backoff: 1 }", "routing.backoff"), ("routing: { longest_wait: 1h }", "routing.longest_wait"),
            ("routing: { breaker: { open: 0s } }", "routing.breaker.open"),
            ("routing: { breaker: { open: 10s, longest_open: 5s } }", "routing.breaker.longest_open"),
            ("routing: 3", "routing"),
        ]
    )
    func whatCannotBeMeant(text: String, key: String) {
        do throws(ConfigurationErrors) {
            _ = try ConfigurationReader.read(text: text, file: "/nowhere/longwire.yaml", environment: [:])
            Issue.record("accepted: \(text)")
        } catch {
            #expect(error.errors.map(\.keyPath) == [key])
        }
    }

    @Test func aBackoffThatIsNeverWaitedForIsTold() throws {
        let warnings = try read("routing: { backoff: 6s }").warnings
        #expect(warnings.map(\.keyPath) == ["routing.backoff"])
    }
}
