// The breakers of provider keys as metrics: read when somebody asks, labelled by upstream and place in its list.

package import Telemetry

/// Takes samples of how provider keys stand.
package enum ProviderKeySample {
    /// Keys of one upstream with a label of their own; of more than these the API tells.
    private static let keysPerUpstream = 64

    /// One sample for each key; `now` in monotonic nanoseconds.
    package static func take(from board: ProviderKeyBoard, now: Int64) -> [MetricSample] {
        board.upstreams.flatMap { upstream in
            board.reports(of: upstream, now: now).prefix(Self.keysPerUpstream).map { report in
                MetricSample(
                    MetricCatalog.upstreamKeyState,
                    dimensions: [("upstream", upstream), ("key", "\(report.index)")],
                    value: Self.value(of: report.state)
                )
            }
        }
    }

    private static func value(of state: ProviderKeyReport.State) -> Int64 {
        switch state {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        case .disabled: 3
        }
    }
}
