// Event streams, event types, request bodies, usage: what is read of providers' and clients' JSON.

import Dialects

enum DialectTargets {
    static func eventStream(_ input: [UInt8], piece: Int) -> Disagreement? {
        .between(self.filtered(input, piece: input.count), self.filtered(input, piece: piece))
    }

    private static func filtered(_ input: [UInt8], piece: Int) -> String {
        var filter = ChatStreamFilter(clientWantsUsage: false)
        var output: [UInt8] = []
        var start = 0
        do throws(EventStreamViolation) {
            while start < input.count {
                let end = min(input.count, start + max(1, piece))
                try filter.feed(input.span.extracting(start..<end), into: &output)
                start = end
            }
        } catch {
            return "\(error)"
        }
        let isWhole = filter.finish(into: &output)
        if filter.sawDone {
            // Line ends behind the last event may still have been on their way.
            while output.last == 10 || output.last == 13 { output.removeLast() }
        }
        return "\(isWhole) \(output) \(filter.sawDone) \(filter.sawError) \(String(describing: filter.usage))"
    }

    static func eventType(_ input: [UInt8], piece: Int) -> Disagreement? {
        if let disagreement = Disagreement.between(
            self.type(input, piece: input.count),
            self.type(input, piece: piece)
        ) {
            return disagreement
        }
        let whole = EventTypeScanner.type(of: input.span)?.text ?? "-"
        return .between(whole, self.scan(input, piece: piece).type?.text ?? "-")
    }

    private static func type(_ input: [UInt8], piece: Int) -> String {
        let scanner = self.scan(input, piece: piece)
        return "\(scanner.state) \(scanner.type?.text ?? "-")"
    }

    private static func scan(_ input: [UInt8], piece: Int) -> EventTypeScanner {
        var scanner = EventTypeScanner()
        var start = 0
        while start < input.count {
            let end = min(input.count, start + max(1, piece))
            scanner.feed(input.span.extracting(start..<end))
            start = end
        }
        scanner.finish()
        return scanner
    }

    /// A body that was rewritten reads back with the new model and the old meaning.
    static func chatRequest(_ input: [UInt8]) -> Disagreement? {
        _ = OpenAIError.parse(input)
        _ = ChatUsage.inResponse(input.span)
        guard let request = try? ChatRequest(input) else { return nil }
        guard let rewritten = try? ChatRequest(request.upstreamBody(model: "new", addUsage: true)) else {
            return Disagreement(expected: "a body that can be read", found: "none")
        }
        return .between(
            "new \(request.stream) \(request.stream)",
            "\(rewritten.model) \(rewritten.stream) \(rewritten.includeUsage && rewritten.stream)"
        )
    }

    /// Sums of counts never trap, whatever an upstream sends.
    static func realtimeUsage(_ input: [UInt8]) -> Disagreement? {
        let turn = RealtimeTurn(input.span)
        let transcription = RealtimeTranscription(input.span)
        let sum = (turn.usage?.inputTokens ?? 0) + (transcription.usage?.outputTokens ?? 0)
        return .between("true", "\(sum >= 0)")
    }
}
