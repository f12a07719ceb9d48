// Writing to descriptors without losing a byte: output may be a slow pipe, and partial writes are the rule there.

import Glibc

/// The whole of a text to a descriptor that may be a slow pipe.
enum DescriptorWriter {
    /// False when nobody reads any more.
    static func write(_ text: String, to descriptor: CInt) -> Bool {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                // Another program may have made a shared terminal or pipe non-blocking.
                var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = unsafe poll(&wanted, 1, -1)
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}

/// Complaints before there is a printer.
enum StandardError {
    static func write(_ text: String) {
        _ = DescriptorWriter.write(text, to: STDERR_FILENO)
    }
}
