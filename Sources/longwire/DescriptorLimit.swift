// Each client and each upstream connection is a descriptor, and many systems start processes with 1,024 of them although
// they allow far more (getrlimit(2)).

import Glibc
import Telemetry

/// How many descriptors the process may have open.
enum DescriptorLimit {
    /// More than any process here has use for; some systems allow a billion.
    private static let most: rlim_t = 1 << 20

    /// What a relay has open besides its loops, and what comes with each of these.
    private static let forProcess = 40
    private static let forLoop = 12

    /// As many loops as there are processors, unless descriptors are so few that little would be left for connections.
    static func loops(processors: Int) -> Int {
        guard let limit = ProcessSample.descriptorLimit() else { return processors }
        return min(processors, max((Int(limit) - Self.forProcess) / Self.forLoop, 1))
    }

    /// Asks for as many as the system allows without being asked by root.
    static func raise() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard getrlimit(resource, &limit) == 0 else { return }
        let wanted = min(limit.rlim_max, Self.most)
        guard limit.rlim_cur < wanted else { return }
        limit.rlim_cur = wanted
        _ = setrlimit(resource, &limit)
    }
}
