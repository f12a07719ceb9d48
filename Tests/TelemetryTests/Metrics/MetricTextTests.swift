import Telemetry
import Testing

/// Prometheus data model, "Metric names and labels"; text format 0.0.4, "Comments, help text, and type information".
@Suite
struct MetricTextTests {
    @Test(arguments: [("a.b-c", "a_b_c"), ("9lives", "_9lives"), ("", "_"), ("ok_1", "ok_1"), ("é", "__")])
    func namesTakeTheFormOfPrometheus(given: String, expected: String) {
        #expect(MetricText.name(given) == expected)
    }

    @Test
    func labelsAreEscaped() {
        #expect(MetricText.labels([]) == "")
        #expect(MetricText.labels([("a", "x"), ("b", "y")]) == #"a="x",b="y""#)
        #expect(MetricText.labels([("a", "quote \" slash \\ feed \n")]) == #"a="quote \" slash \\ feed \n""#)
    }

    /// `robustness.md` G12.
    @Test
    func labelsHaveNoControlBytesAndAnEnd() {
        #expect(MetricText.labels([("a", "\u{1B}[31m\u{0}\r\u{85}")]) == #"a="?[31m???""#)
        #expect(MetricText.labels([("a", String(repeating: "x", count: 10_000))]).utf8.count < 200)
    }
}
