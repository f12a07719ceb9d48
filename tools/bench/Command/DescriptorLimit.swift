// Each session takes two descriptors here and the usual soft limit is 1,024.

import Glibc

/// The number of descriptors that this process may have open.
enum DescriptorLimit {
    /// Raises the soft limit to the hard one; what is then still too little shows when sessions open.
    static func raise() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
