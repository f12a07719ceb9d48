// What goes to the client of an upstream's answer: bytes as they come, events, or a whole of our making.
//
// What ends an answer for the client (`[DONE]`, an error event, the last byte of a known length, the last chunk) is
// written only after the exchange was settled.

import Dialects
import EventLoop
import HTTPFraming
import SessionCore
import Transport

extension HTTPExchange {
    /// Tells the client that an answer comes; no other can follow.
    ///
    /// Of a stream the head may have gone already.
    func promise() {
        if !self.hasContent { self.dispatch?.accepted(status: 200) }
        self.hasContent = true
        self.cancelKeepAlive()
        guard !self.hasBegun else { return }
        let isStream = self.state == .streaming || self.reception?.isEventStream ?? false
        if !isStream, self.state == .passing, case .length(let count)? = self.reception?.head.body {
            self.remaining = count
        }
        self.beginAnswer(isStream: isStream, length: self.remaining)
    }

    /// Sends the head of a 200.
    func beginAnswer(isStream: Bool, length: Int?) {
        self.hasBegun = true
        self.client.begin(status: 200, fields: self.answerFields(isStream: isStream), length: length)
        self.shared.metrics.overhead(self.ownTime, now: MonotonicTime.now().nanoseconds, kind: .http)
    }

    /// The fields of an answer with status 200.
    func answerFields(isStream: Bool) -> HeaderFields {
        var fields = ErrorRendering.commonFields(requestID: self.requestID)
        let head = self.asked?.treatment == .passed ? self.reception?.head : nil
        let type = head?.fields["content-type"] ?? (isStream ? self.streamType : "application/json")
        fields.append("content-type", type)
        if isStream {
            fields.append("cache-control", "no-cache")
            fields.append("x-accel-buffering", "no")
        }
        for name in ["openai-processing-ms", "openai-version", "openai-model"] {
            if let value = head?.fields[name] { fields.append(name, value) }
        }
        if let dropped = self.asked?.dropped, !dropped.isEmpty {
            fields.append("x-longwire-dropped", ErrorRendering.fieldText(dropped))
        }
        fields.append(contentsOf: self.meter?.rateStatus.fields ?? [])
        return fields
    }

    private var streamType: String {
        if self.wantsArray { return "application/json" }
        return self.dialect == .gemini ? "text/event-stream" : "text/event-stream; charset=utf-8"
    }

    /// Sends what came of events.
    func send(_ output: [UInt8]) {
        guard !self.hasFinished, !output.isEmpty else { return }
        self.promise()
        self.meter?.answerBegan()
        self.client.write(output.span)
    }

    /// Passes on a body of which the beginning was held.
    func passHeld() {
        guard let body = self.reception?.body else { return }
        self.reception?.body = []
        self.state = .passing
        self.promise()
        self.passOn(body.span)
    }

    func passOn(_ piece: Span<UInt8>) {
        self.reception?.scanner.feed(piece)
        self.meter?.answerBegan()
        if let remaining = self.remaining {
            self.remaining = remaining - piece.count
            if remaining <= piece.count { self.settle(.completed) }
        }
        self.client.write(piece)
    }

    /// A body that was small enough to be held whole has ended.
    func inspected() {
        guard let reception = self.reception, let dialect = self.asked?.dialect else { return }
        if let error = dialect.parseError(reception.body) {
            self.refused(error, status: error.presumedStatus, fields: reception.head.fields, words: reception.body)
            return
        }
        guard self.path.answersAnything || Reception.isObject(reception.body) else {
            self.failed(.unusable("a body that is no JSON object"))
            return
        }
        self.reception?.scanner.feed(reception.body.span)
        self.meter?.answerBegan()
        self.settle(.completed, httpStatus: 200)
        self.state = .passing
        self.promise()
        self.dispatch?.completed()
        self.client.write(reception.body.span)
        self.client.finish()
        self.end()
    }

    /// An answer that is to be translated is there in whole.
    func gathered() {
        if self.path.operation == .count {
            self.counted()
            return
        }
        do throws(ProviderError) {
            guard let response = try self.reception?.gatherer?.finish() else { return }
            self.dispatch?.accepted(status: 200)
            self.dispatch?.completed()
            self.meter?.answerBegan()
            self.tell(response)
        } catch {
            let fields = self.reception?.head.fields ?? HeaderFields()
            self.refused(error, status: error.presumedStatus, fields: fields, words: nil)
        }
    }

    /// Writes a whole answer in the client's dialect: as a body, or as the events that a stream would have had.
    private func tell(_ response: GenerationResponse) {
        self.settle(.completed, httpStatus: 200)
        self.hasContent = true
        guard self.call?.isStream ?? false else {
            self.respond(self.dialect.write(response, identity: self.identity))
            return
        }
        var output: [UInt8] = []
        var writer = self.dialect.streamWriter(self.identity)
        for event in response.events { writer.write(event, into: &output) }
        if !self.hasBegun { self.beginAnswer(isStream: true, length: nil) }
        self.client.write(output.span)
        self.finishStream()
        self.end()
    }

    /// Answers with a whole body of our making.
    func respond(_ body: [UInt8], estimate: Bool = false) {
        self.hasFinished = true
        var fields = self.answerFields(isStream: false)
        if estimate { fields.append(Self.estimateField.0, Self.estimateField.1) }
        self.client.respond(HTTPAnswer(status: 200, fields: fields, body: body))
        self.shared.metrics.overhead(self.ownTime, now: MonotonicTime.now().nanoseconds, kind: .http)
        self.end()
    }

    func finishStream() {
        guard !self.hasFinished else { return }
        self.hasFinished = true
        self.client.finish()
    }
}
