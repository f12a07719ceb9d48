// What has come of an upstream's answer, and how it is taken: as events that go on, as bytes that pass and are looked at, or
// whole, to be translated.
//
// Decided by the head: what was asked, what came, and whether the client has been told that a stream comes.

import Dialects
import HTTPFraming
import SessionCore

/// An upstream's answer as far as it has come.
struct Reception {
    let head: ResponseHead
    /// What is held of the body.
    var body: [UInt8] = []
    /// Events on their way.
    var stream: (any AnswerStream)?
    /// An answer that is taken whole.
    var gatherer: AnswerGatherer?
    /// What a body that passes tells of its cost.
    var scanner: any CostScanner

    /// Whether the upstream sends events.
    var isEventStream: Bool { Self.isEventStream(self.head) }

    /// The last usage that was told.
    var usage: ChatUsage? { self.stream?.usage ?? self.gatherer?.usage ?? self.scanner.usage }

    /// Bytes of text so far.
    var textBytes: Int { self.stream?.textBytes ?? self.gatherer?.textBytes ?? self.scanner.textBytes }

    init(_ head: ResponseHead, scanner: any CostScanner) {
        self.head = head
        self.scanner = scanner
    }

    static func isEventStream(_ head: ResponseHead) -> Bool {
        head.fields["content-type"]?.lowercased().hasPrefix("text/event-stream") ?? false
    }

    /// Whether a body is one JSON object, which every answer that is no sound or text is.
    static func isObject(_ body: [UInt8]) -> Bool {
        let bytes = body.span
        var (index, isFirst) = (0, true)
        do throws(JSONViolation) {
            while try TopLevelScanner.next(bytes, &index, 0..<bytes.count, isFirst: isFirst) != nil { isFirst = false }
            return true
        } catch {
            return false
        }
    }

    /// What makes an answer none that could be passed on; `takesAny` for endpoints that answer with sound or text.
    static func flaw(of head: ResponseHead, takesAny: Bool) -> String? {
        if let encoding = head.fields["content-encoding"], encoding.lowercased() != "identity" {
            // Unasked for, and what is in it cannot be looked at (`robustness.md` E13).
            return "a body with content-encoding \(RelayError.quoted(encoding))"
        }
        guard head.status == 200, !Self.isEventStream(head), let type = head.fields["content-type"] else { return nil }
        let media = type.lowercased().prefix { $0 != ";" && $0 != " " }
        // A page for people, from a login wall or a proxy in between (`robustness.md` E11).
        if media == "application/json" || media.hasSuffix("+json") || takesAny && media != "text/html" { return nil }
        return "a body with content-type \(RelayError.quoted(type))"
    }
}
