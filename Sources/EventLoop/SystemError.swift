// What a system call failed with. Peers and the kernel cause these, so they are values to switch on, never traps.

import Glibc

/// An errno.
package struct SystemError: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: CInt

    package init(_ code: CInt) {
        self.code = code
    }

    package static let wouldBlock = SystemError(EAGAIN)
    package static let interrupted = SystemError(EINTR)
    package static let inProgress = SystemError(EINPROGRESS)
    package static let connectionReset = SystemError(ECONNRESET)
    package static let connectionRefused = SystemError(ECONNREFUSED)
    package static let connectionAborted = SystemError(ECONNABORTED)
    package static let brokenPipe = SystemError(EPIPE)
    package static let timedOut = SystemError(ETIMEDOUT)
    package static let tooManyOpenInProcess = SystemError(EMFILE)
    package static let tooManyOpenInSystem = SystemError(ENFILE)
    package static let noBufferSpace = SystemError(ENOBUFS)
    package static let outOfMemory = SystemError(ENOMEM)
    package static let badDescriptor = SystemError(EBADF)
    package static let addressInUse = SystemError(EADDRINUSE)

    /// Nothing is wrong: wait until the descriptor is ready and call again.
    ///
    /// An interrupted call may be treated like one that would block only where the poller tells again what it has told:
    /// those on descriptors that are watched for news only are repeated by `KernelCalls` and never seen interrupted.
    package var meansTryLater: Bool {
        code == EAGAIN || code == EINTR
    }

    /// Descriptors or kernel memory have run out; other connections must end before this can work.
    package var meansExhausted: Bool {
        code == EMFILE || code == ENFILE || code == ENOBUFS || code == ENOMEM
    }

    package var description: String {
        let text = unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: 128) { buffer -> String? in
            guard let base = buffer.baseAddress, unsafe strerror_r(code, base, buffer.count) == 0 else {
                return nil
            }
            return unsafe String(cString: base)
        }
        return text ?? "errno \(code)"
    }
}
