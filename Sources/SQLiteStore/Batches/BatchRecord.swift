// Records of the batch journal: length, tag, batch id, line number, output, and the length again, so that a record of
// which only a part came to the file is told from a whole one. Numbers are big-endian, 32 bits.

import SessionCore

/// One thing that happened to a line.
enum BatchRecord: Equatable {
    case sent(BatchLineID)
    case released(BatchLineID)
    case ended(BatchOutcome)

    private enum Tag: UInt8 {
        case sent = 1
        case released = 2
        case answered = 3
        case failed = 4
    }

    private static let numberBytes = 4
    /// Told apart from zeros, which a file may hold that grew and was never written.
    private static let mark: UInt32 = 0x5A5A_5A5A

    private var parts: (tag: Tag, line: BatchLineID, output: [UInt8]) {
        switch self {
        case .sent(let line): (.sent, line, [])
        case .released(let line): (.released, line, [])
        case .ended(let outcome): (outcome.isSuccess ? .answered : .failed, outcome.id, outcome.output)
        }
    }

    var encoded: [UInt8] {
        let (tag, line, output) = self.parts
        let id = Array(line.batchID.utf8)
        let length = UInt32(clamping: 1 + 2 * Self.numberBytes + id.count + output.count)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Int(length) + 2 * Self.numberBytes)
        Self.append(length, to: &bytes)
        bytes.append(tag.rawValue)
        Self.append(UInt32(clamping: id.count), to: &bytes)
        bytes += id
        Self.append(UInt32(clamping: line.number), to: &bytes)
        bytes += output
        Self.append(length ^ Self.mark, to: &bytes)
        return bytes
    }

    /// All whole records, in order; what follows the first one that does not hold together is left out.
    static func decode(_ bytes: [UInt8]) -> [BatchRecord] {
        var records: [BatchRecord] = []
        var index = 0
        while let length = number(bytes, at: index) {
            let start = index + numberBytes
            let (end, overflow) = start.addingReportingOverflow(Int(length))
            guard !overflow, let closing = number(bytes, at: end), closing == length ^ mark,
                let record = record(Array(bytes[start..<end]))
            else { break }
            records.append(record)
            index = end + numberBytes
        }
        return records
    }

    private static func record(_ bytes: [UInt8]) -> BatchRecord? {
        guard let first = bytes.first, let tag = Tag(rawValue: first), let idCount = number(bytes, at: 1) else {
            return nil
        }
        let idStart = 1 + numberBytes
        guard Int(idCount) <= bytes.count - idStart - numberBytes else { return nil }
        let idEnd = idStart + Int(idCount)
        guard let number = number(bytes, at: idEnd) else { return nil }
        let id = String(decoding: bytes[idStart..<idEnd], as: UTF8.self)
        let line = BatchLineID(batchID: id, number: Int(number))
        let output = Array(bytes[(idEnd + numberBytes)...])
        return switch tag {
        case .sent: .sent(line)
        case .released: .released(line)
        case .answered: .ended(BatchOutcome(id: line, isSuccess: true, output: output))
        case .failed: .ended(BatchOutcome(id: line, isSuccess: false, output: output))
        }
    }

    /// What is to be done about the lines of a process that has ended.
    static func remains(of bytes: [UInt8]) -> BatchRemains {
        var remains = BatchRemains()
        var sent: [BatchLineID] = []
        for record in decode(bytes) {
            switch record {
            case .sent(let line): if !sent.contains(line) { sent.append(line) }
            case .released(let line): sent.removeAll { $0 == line }
            case .ended(let outcome):
                sent.removeAll { $0 == outcome.id }
                remains.outcomes.append(outcome)
            }
        }
        remains.inDoubt = sent
        return remains
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift in [24, 16, 8, 0] as [UInt32] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }

    private static func number(_ bytes: [UInt8], at index: Int) -> UInt32? {
        guard index >= 0, index <= bytes.count - numberBytes else { return nil }
        return bytes[index..<index + numberBytes].reduce(0) { $0 << 8 | UInt32($1) }
    }
}
