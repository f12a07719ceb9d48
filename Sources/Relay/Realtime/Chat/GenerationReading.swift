// Reads a chat model's stream for whoever wants its events: what comes before the first content is held back, since until
// then a failure is a refusal, and the next provider may be asked.

import Dialects
import Transport

/// A stream as far as it was read.
struct GenerationReading {
    enum End {
        /// The provider said that the answer is whole.
        case whole
        /// The provider said that it failed; the last event tells how.
        case failed
        case broken(UpstreamFailure)
    }

    struct Step {
        var events: [GenerationEvent] = []
        /// The provider failed before it said anything.
        var refusal: ProviderError?
        var end: End?
    }

    private var reader: any GenerationStreamReader
    private var held: [GenerationEvent] = []
    private var hasContent = false

    init(_ dialect: ChatDialect) {
        self.reader = dialect.streamReader()
    }

    mutating func feed(_ piece: Span<UInt8>) -> Step {
        do throws(EventStreamViolation) {
            try self.reader.feed(piece, into: &self.held)
        } catch {
            var step = self.step()
            if step.end == nil { step.end = .broken(.unusable("an event that is too large")) }
            return step
        }
        return self.step()
    }

    mutating func finish() -> Step {
        self.reader.finish(into: &self.held)
        var step = self.step()
        // No end is invented for a body that stopped early (protocol: http §5).
        if step.end == nil, step.refusal == nil { step.end = .broken(.ended(.truncated, nothingSent: false)) }
        return step
    }

    private mutating func step() -> Step {
        var step = Step()
        for event in self.held {
            switch event {
            case .failed(let error):
                guard self.hasContent else { return Step(refusal: error) }
                step.end = .failed
            case .ended:
                self.hasContent = true
                step.end = .whole
            case .started, .usage:
                break
            case .text, .refusal, .thought, .thoughtSignature, .toolCallStarted, .toolCallArguments, .finished:
                self.hasContent = true
            }
        }
        guard self.hasContent else { return step }
        step.events = self.held
        self.held = []
        return step
    }
}
