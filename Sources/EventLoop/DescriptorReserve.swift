// Descriptors that connections must leave to the rest of the process. SQLite, the resolver, journals and a reload open
// files and sockets of their own, and what makes Swift's tasks run does, too: once a second, while tasks wait for a
// thread, libdispatch reads /proc/self/task/*/stat, and a process in which it cannot is ended
// (swift-corelibs-libdispatch, workqueue.c: "registered worker exited prematurely"). A flood of connections must reach
// neither (`robustness.md` A22).

import Glibc

/// How many descriptors connections leave free.
package enum DescriptorReserve {
    /// Most that are kept, which is far more than is ever open at a time.
    private static let most = 128

    /// The first number that connections leave alone, for `KernelCalls`: a quarter of what the process may have is kept, but
    /// no more than 128.
    ///
    /// Asks for the soft limit (getrlimit(2)), so that it is to be raised before.
    package static func socketCeiling() -> CInt {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return .max }
        return Self.ceiling(of: Int(clamping: limit.rlim_cur))
    }

    static func ceiling(of limit: Int) -> CInt {
        CInt(clamping: limit - min(limit / 4, Self.most))
    }
}
