// Priorities first, weights within one, the same seed the same order.

import SessionCore
import Testing

@Suite("Route order")
struct RouteOrderTests {
    private func route(_ model: String, _ priority: Int, _ weight: Int) -> Route {
        Route(upstream: "u", model: model, priority: priority, weight: weight)
    }

    @Test func lowerPrioritiesComeFirst() {
        let routes = [route("c", 7, 1), route("a", -1, 0), route("b", 3, 9)]
        for seed in UInt64(0)..<50 {
            #expect(RouteOrder.ordered(routes, seed: seed).map(\.model) == ["a", "b", "c"])
        }
    }

    @Test func aSeedDecidesTheOrder() {
        let routes = (0..<6).map { route("\($0)", 0, 1) }
        let orders = (UInt64(0)..<200).map { RouteOrder.ordered(routes, seed: $0).map(\.model) }
        #expect(orders == (UInt64(0)..<200).map { RouteOrder.ordered(routes, seed: $0).map(\.model) })
        #expect(Set(orders).count > 100)
        #expect(orders.allSatisfy { $0.sorted() == routes.map(\.model) })
    }

    @Test func weightsAreShares() {
        let routes = [route("a", 0, 3), route("b", 0, 1), route("z", 0, 0)]
        let orders = (UInt64(0)..<4_000).map { RouteOrder.ordered(routes, seed: $0).map(\.model) }
        let first = orders.count { $0[0] == "a" }
        #expect((2_850...3_150).contains(first))
        #expect(orders.allSatisfy { $0[2] == "z" })
    }

    @Test func extremeWeightsDoNoHarm() {
        let routes = [route("a", 0, .max), route("b", 0, .min), route("c", .min, .max), route("d", .max, 1)]
        #expect(RouteOrder.ordered(routes, seed: 1).map(\.model) == ["c", "a", "b", "d"])
        #expect(RouteOrder.ordered([], seed: 1).isEmpty)
    }
}
