// A file of two segments of records, mapped into memory and locked by the process that writes it.
//
// Layout, numbers in the machine's order: a head of 4096 bytes (magic, version, bytes per segment), then the segments.
// A record is its length, the CRC-32 of its bytes, the bytes, zeros up to a multiple of eight; a length of zero ends a
// segment. The length is written last, so that what ends the process between two instructions leaves whole records.
//
// What survives: the pages belong to the kernel from the moment of the write, so the end of the process, whichever way,
// loses nothing. They are never waited for to reach the disk: a loss of power takes what the kernel had not written yet.
// The file is filled with zeros when it is made, so that a full disk cannot refuse a write to a mapped page (SIGBUS) and
// the file system has nothing to allocate when a page is written back.
//
// The lock (flock) ends with the process: a file that can be locked belongs to nobody who is alive.

import CLinux
import CZlib
import Glibc

/// One journal file, held by this process.
///
/// Who writes to a segment while nobody else does is the caller's business: `Journal` has a lock for it.
@safe package final class JournalFile: Sendable {
    package static let segmentCount = 2
    /// The longest record.
    package static let maximumRecordBytes = 64 * 1024

    private static let headBytes = 4096
    private static let frameBytes = 8
    /// "LWJ" and the version.
    private static let magic: UInt32 = 0x4C57_4A01

    package let path: String
    package let segmentBytes: Int
    private let descriptor: Int32
    // Valid as long as the object; bytes behind it are published by the length words and by `Journal`'s lock.
    nonisolated(unsafe) private let base: UnsafeMutableRawPointer

    /// Creates a file; nil when there is one with this name.
    package static func create(at path: String, segmentBytes: Int) throws(JournalError) -> JournalFile? {
        let descriptor = unsafe lw_file_create(path)
        if descriptor == -EEXIST { return nil }
        guard descriptor >= 0 else { throw .system(path: path, call: "open", code: -descriptor) }
        // Between creation and lock another process may have taken the empty file for an abandoned one.
        guard lw_file_lock(descriptor) == 0, unsafe lw_file_is_at(descriptor, path) == 1 else {
            Glibc.close(descriptor)
            return nil
        }
        do throws(JournalError) {
            let size = Self.headBytes + Self.segmentCount * segmentBytes
            let filled = lw_file_fill(descriptor, size)
            guard filled == 0 else { throw .system(path: path, call: "write", code: -filled) }
            let file = try unsafe JournalFile(path, descriptor, segmentBytes, map(descriptor, size, path))
            unsafe file.base.storeBytes(of: UInt32(segmentBytes), toByteOffset: 4, as: UInt32.self)
            unsafe lw_store_release(file.base.assumingMemoryBound(to: UInt32.self), Self.magic)
            return file
        } catch {
            _ = unsafe lw_file_remove(path)
            Glibc.close(descriptor)
            throw error
        }
    }

    /// What stands under a name.
    package enum Found: Sendable {
        case nothing
        /// A running process has it.
        case held
        /// Nobody has it any more; now we do.
        case abandoned(JournalFile)
    }

    /// Takes over a file that nobody holds; one that was never finished is removed.
    package static func find(at path: String) throws(JournalError) -> Found {
        let descriptor = unsafe lw_file_open(path)
        if descriptor == -ENOENT { return .nothing }
        guard descriptor >= 0 else { throw .system(path: path, call: "open", code: -descriptor) }
        guard lw_file_lock(descriptor) == 0 else {
            Glibc.close(descriptor)
            return .held
        }
        guard unsafe lw_file_is_at(descriptor, path) == 1 else {
            // Replayed and removed by another process since we opened it.
            Glibc.close(descriptor)
            return .held
        }
        do throws(JournalError) {
            guard let file = try self.readable(path, descriptor) else {
                _ = unsafe lw_file_remove(path)
                Glibc.close(descriptor)
                return .nothing
            }
            return .abandoned(file)
        } catch {
            Glibc.close(descriptor)
            throw error
        }
    }

    /// Nil for a file whose making was interrupted: no record was ever written to it.
    private static func readable(_ path: String, _ descriptor: Int32) throws(JournalError) -> JournalFile? {
        let size = lw_file_size(descriptor)
        guard size >= 0 else { throw .system(path: path, call: "fstat", code: Int32(truncatingIfNeeded: -size)) }
        guard size >= Self.headBytes else { return nil }
        let base = try unsafe self.map(descriptor, size, path)
        let magic = unsafe base.load(as: UInt32.self)
        let segmentBytes = Int(unsafe base.load(fromByteOffset: 4, as: UInt32.self))
        guard magic == Self.magic, segmentBytes >= Self.frameBytes, segmentBytes.isMultiple(of: Self.frameBytes),
            size == Self.headBytes + Self.segmentCount * segmentBytes
        else {
            unsafe lw_file_unmap(base, size)
            if magic == 0 { return nil }
            throw .foreign(path: path)
        }
        return unsafe JournalFile(path, descriptor, segmentBytes, base)
    }

    private static func map(
        _ descriptor: Int32,
        _ size: Int,
        _ path: String
    ) throws(JournalError) -> UnsafeMutableRawPointer {
        guard let base = unsafe lw_file_map(descriptor, size) else {
            throw .system(path: path, call: "mmap", code: errno)
        }
        return unsafe base
    }

    private init(_ path: String, _ descriptor: Int32, _ segmentBytes: Int, _ base: UnsafeMutableRawPointer) {
        self.path = path
        self.descriptor = descriptor
        self.segmentBytes = segmentBytes
        unsafe self.base = unsafe base
    }

    deinit {
        unsafe lw_file_unmap(self.base, Self.headBytes + Self.segmentCount * self.segmentBytes)
        Glibc.close(self.descriptor)
    }

    /// Removes the name; what is mapped stays usable.
    package func remove() {
        _ = unsafe lw_file_remove(self.path)
    }

    /// Takes the file out of the way of those that look for journals.
    package func setAside() throws(JournalError) {
        let result = unsafe lw_file_rename(self.path, self.path + ".damaged")
        guard result == 0 else { throw .system(path: self.path, call: "rename", code: -result) }
    }

    // MARK: Records

    /// Writes a record at an offset that the last call returned, or 0; returns the next offset, nil without room.
    package func write(_ record: [UInt8], segment: Int, at offset: Int) -> Int? {
        let end = offset + Self.frameBytes + Self.padded(record.count)
        guard !record.isEmpty, record.count <= Self.maximumRecordBytes, end <= self.segmentBytes else { return nil }
        unsafe record.withUnsafeBytes { bytes in
            let place = unsafe self.place(segment, offset)
            unsafe place.storeBytes(of: Self.checksum(bytes), toByteOffset: 4, as: UInt32.self)
            unsafe (place + Self.frameBytes).copyMemory(
                from: bytes.baseAddress ?? UnsafeRawPointer(place),
                byteCount: bytes.count
            )
            // What an earlier round left behind must not look like the next record.
            if end + Self.frameBytes <= self.segmentBytes {
                unsafe self.place(segment, end).storeBytes(of: 0, as: UInt32.self)
            }
            unsafe lw_store_release(place.assumingMemoryBound(to: UInt32.self), UInt32(record.count))
        }
        return end
    }

    /// Records from an offset on, at most `limit`.
    package func read(segment: Int, from offset: Int, limit: Int) -> JournalRecords {
        var result = JournalRecords(next: offset)
        while result.records.count < limit, result.next + Self.frameBytes <= self.segmentBytes {
            let place = unsafe self.place(segment, result.next)
            let count = Int(unsafe lw_load_acquire(place.assumingMemoryBound(to: UInt32.self)))
            if count == 0 { break }
            let end = result.next + Self.frameBytes + Self.padded(count)
            guard count <= Self.maximumRecordBytes, end <= self.segmentBytes else {
                result.isDamaged = true
                break
            }
            let bytes = unsafe UnsafeRawBufferPointer(start: place + Self.frameBytes, count: count)
            guard unsafe place.load(fromByteOffset: 4, as: UInt32.self) == Self.checksum(bytes) else {
                result.isDamaged = true
                break
            }
            result.records.append(unsafe Array(bytes))
            result.next = end
        }
        return result
    }

    /// Empties a segment.
    package func clear(segment: Int) {
        unsafe lw_store_release(self.place(segment, 0).assumingMemoryBound(to: UInt32.self), 0)
    }

    private func place(_ segment: Int, _ offset: Int) -> UnsafeMutableRawPointer {
        unsafe self.base + Self.headBytes + segment * self.segmentBytes + offset
    }

    private static func padded(_ count: Int) -> Int { (count + Self.frameBytes - 1) & ~(Self.frameBytes - 1) }

    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
        UInt32(
            truncatingIfNeeded: unsafe crc32(
                0,
                bytes.baseAddress?.assumingMemoryBound(to: UInt8.self),
                UInt32(bytes.count)
            )
        )
    }
}

/// What was read of a segment.
package struct JournalRecords: Sendable, Equatable {
    package var records: [[UInt8]] = []
    /// Where the next reading begins.
    package var next: Int
    /// Something stands behind the last record that is none: the rest of the segment is lost.
    package var isDamaged = false

    init(next: Int) {
        self.next = next
    }
}
