// The smaller objects within a message of a Gemini Live upstream (protocol: realtime §14.3).

import Dialects

extension LiveServerMessage.Call {
    /// Reads one of `functionCalls`; nil without a name, by which nobody could be asked.
    init?(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        self.init()
        Members.visit(bytes, range) { member in
            if member.isNamed("id", in: bytes) {
                self.id = member.string(in: bytes)
            } else if member.isNamed("name", in: bytes) {
                self.name = member.string(in: bytes) ?? ""
            } else if member.isNamed("args", in: bytes), member.kind == .object {
                self.arguments = String(decoding: [UInt8](bytes, member.value), as: UTF8.self)
            }
        }
        guard !name.isEmpty else { return nil }
        if id?.isEmpty == true { id = nil }
    }
}

extension LiveServerMessage.Transcription {
    init?(_ bytes: borrowing Span<UInt8>, _ object: JSONMember) {
        guard object.kind == .object else { return nil }
        self.init()
        Members.visit(bytes, object.value) { member in
            if member.isNamed("text", in: bytes) {
                self.text = member.string(in: bytes) ?? ""
            } else if member.isNamed("finished", in: bytes) {
                self.isFinished = member.bool(in: bytes) ?? false
            }
        }
        if text.isEmpty, !isFinished { return nil }
    }
}

extension LiveServerMessage.Resumption {
    init(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        self.init()
        Members.visit(bytes, range) { member in
            if member.isNamed("newHandle", "new_handle", in: bytes) {
                self.handle = member.string(in: bytes).flatMap { $0.isEmpty ? nil : $0 }
            } else if member.isNamed("resumable", in: bytes) {
                self.isResumable = member.bool(in: bytes) ?? false
            } else if member.isNamed("lastConsumedClientMessageIndex", "last_consumed_client_message_index", in: bytes)
            {
                self.lastConsumed = member.string(in: bytes).flatMap { Int($0) } ?? member.count(in: bytes)
            }
        }
    }
}

/// Durations as Google's JSON has them: seconds with a fraction and an `s`, such as `50s` and `1.5s`.
enum LiveDuration {
    /// A day; more is taken for that.
    private static let maximum = 86_400.0

    static func milliseconds(_ text: String) -> Int? {
        guard text.hasSuffix("s"), text.utf8.count <= 32, let seconds = Double(text.dropLast()), seconds >= 0 else {
            return nil
        }
        return Int(min(seconds, maximum) * 1000)
    }
}

extension [UInt8] {
    /// A part of a text.
    init(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) {
        self = bytes.extracting(range.clamped(to: 0..<bytes.count)).withUnsafeBufferPointer { [UInt8]($0) }
    }
}
