// WireBIO.swift: what OpenSSL takes for its socket, and is none.
//
// Reading takes from wire bytes that are lent for the duration of one call; writing appends to the loop's TLSOutput. Both
// answer "try again" when there is nothing to read or no room, and neither ever reports an end of stream: that is told
// to TLSSession.transportEnded.
//
// OpenSSL calls through C functions that capture nothing. The BIO's data pointer leads back to its WireBIO, unretained:
// the TLSSession that owns both frees the BIO (with its SSL) first.

import COpenSSL

/// The two ends of one session's ciphertext.
///
/// Belongs to one loop.
@safe final class WireBIO {
    private let output: TLSOutput
    // Not nil only between `lend` and `takeBack`.
    private var input = unsafe UnsafeRawBufferPointer(start: nil, count: 0)
    private(set) var consumed = 0

    init(output: TLSOutput) {
        self.output = output
    }

    /// Makes the BIO and hands it to `ssl`, which frees it; false when memory ran out.
    func attach(to ssl: SSLPointer, method: WireMethodPointer) -> Bool {
        guard let bio = unsafe BIO_new(method.raw) else { return false }
        unsafe BIO_set_data(bio, Unmanaged.passUnretained(self).toOpaque())
        unsafe BIO_set_init(bio, 1)
        // The same BIO for both directions counts as one reference.
        unsafe SSL_set_bio(ssl.raw, bio, bio)
        return true
    }

    /// Lends bytes to read from until `takeBack`.
    func lend(_ bytes: UnsafeRawBufferPointer) {
        unsafe self.input = bytes
        self.consumed = 0
    }

    /// Ends the loan and tells how many of its bytes were read.
    func takeBack() -> Int {
        unsafe self.input = UnsafeRawBufferPointer(start: nil, count: 0)
        return self.consumed
    }

    /// Nil asks OpenSSL to come back when there is more.
    fileprivate func read(into destination: UnsafeMutableRawBufferPointer) -> Int? {
        let count = unsafe min(destination.count, self.input.count - self.consumed)
        guard count > 0 else { return nil }
        unsafe destination.copyMemory(
            from: UnsafeRawBufferPointer(rebasing: self.input[self.consumed..<self.consumed + count])
        )
        self.consumed += count
        return count
    }

    fileprivate func write(_ bytes: UnsafeRawBufferPointer) -> Bool {
        unsafe self.output.append(bytes)
    }
}

extension WireMethodPointer {
    /// Builds the table of functions; nil when memory ran out.
    ///
    /// The caller frees it after the last BIO made with it.
    static func make() -> WireMethodPointer? {
        // The index sets BIO types apart for OpenSSL's own searches, which never meet ours; 0 means "none in particular".
        guard let method = unsafe BIO_meth_new(lw_bio_type_source_sink(), "longwire wire") else { return nil }
        unsafe BIO_meth_set_read(method, readFromWire)
        unsafe BIO_meth_set_write(method, writeToOutput)
        unsafe BIO_meth_set_ctrl(method, control)
        return unsafe WireMethodPointer(raw: method)
    }
}

private func owner(of bio: OpaquePointer?) -> WireBIO? {
    guard let data = unsafe BIO_get_data(bio) else { return nil }
    return unsafe Unmanaged<WireBIO>.fromOpaque(data).takeUnretainedValue()
}

private func readFromWire(_ bio: OpaquePointer?, _ into: UnsafeMutablePointer<CChar>?, _ count: CInt) -> CInt {
    unsafe lw_bio_clear_retry(bio)
    guard let wire = unsafe owner(of: bio), let into = unsafe into, count > 0 else { return -1 }
    let destination = unsafe UnsafeMutableRawBufferPointer(start: into, count: Int(count))
    guard let taken = unsafe wire.read(into: destination) else {
        unsafe lw_bio_retry_read(bio)
        return -1
    }
    // At most `count`, which was an Int32.
    return CInt(truncatingIfNeeded: taken)
}

private func writeToOutput(_ bio: OpaquePointer?, _ from: UnsafePointer<CChar>?, _ count: CInt) -> CInt {
    unsafe lw_bio_clear_retry(bio)
    guard let wire = unsafe owner(of: bio), let from = unsafe from, count > 0 else { return -1 }
    guard unsafe wire.write(UnsafeRawBufferPointer(start: from, count: Int(count))) else {
        unsafe lw_bio_retry_write(bio)
        return -1
    }
    return count
}

/// Answers the one question that matters: a flush always succeeds, since writing goes to memory.
private func control(
    _ bio: OpaquePointer?,
    _ command: CInt,
    _ number: CLong,
    _ pointer: UnsafeMutableRawPointer?
) -> CLong {
    command == BIO_CTRL_FLUSH ? 1 : 0
}
