// The order in which routes are tried: by priority, within one priority at random by weight.
//
// The seed is an argument, so that the same seed gives the same order everywhere; a loop draws one per session.

/// Orders routes.
package enum RouteOrder {
    /// Returns all routes, the one to dial first in front.
    package static func ordered(_ routes: [Route], seed: UInt64) -> [Route] {
        guard routes.count > 1 else { return routes }
        var generator = SplitMix64(state: seed)
        var result: [Route] = []
        result.reserveCapacity(routes.count)
        for priority in Set(routes.map(\.priority)).sorted() {
            result += shuffled(routes.filter { $0.priority == priority }, &generator)
        }
        return result
    }

    /// Draws without putting back, each route with the share its weight has among those left.
    private static func shuffled(_ routes: [Route], _ generator: inout SplitMix64) -> [Route] {
        var left = routes
        var result: [Route] = []
        while !left.isEmpty {
            let total = left.reduce(UInt64(0)) { $0.addingReportingOverflow(share($1)).partialValue }
            var index = 0
            if total > 0 {
                var draw = generator.next(below: total)
                while index < left.count - 1, draw >= share(left[index]) {
                    draw -= share(left[index])
                    index += 1
                }
            }
            result.append(left.remove(at: index))
        }
        return result
    }

    /// Weights are small by configuration; the cap keeps any sum of them in range.
    private static func share(_ route: Route) -> UInt64 {
        UInt64(min(max(route.weight, 0), 1_000_000))
    }
}

/// Steele, Lea and Flood's SplitMix64: tiny and well spread even from seeds that count up.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Returns a number below `bound`, which must not be 0.
    mutating func next(below bound: UInt64) -> UInt64 {
        UInt64.random(in: 0..<bound, using: &self)
    }
}
