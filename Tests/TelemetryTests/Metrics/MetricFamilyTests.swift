import Telemetry
import Testing

@Suite
struct MetricFamilyTests {
    @Test
    func boundsAscendOnceAndAreBounded() {
        let family = MetricFamily("h", help: "", .histogram(bounds: [3, 1, 2, 2]))
        #expect(family.shape == .histogram(bounds: [1, 2, 3]))
        let many = MetricFamily("h", help: "", .histogram(bounds: Array(0..<100)))
        #expect(many.shape == .histogram(bounds: Array(0..<23)))
    }

    @Test(arguments: [MetricFamily.shortTimes, MetricFamily.longTimes, MetricFamily.depths])
    func ourBoundsFit(bounds: [Int64]) {
        #expect(bounds == bounds.sorted())
        #expect(bounds.count <= MetricFamily.boundLimit)
    }
}
