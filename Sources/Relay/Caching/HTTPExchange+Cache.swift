// An exchange and the cache: an answer that is there is given again, one that is not is listened to on its way.

import Dialects
import EventLoop
import HTTPFraming
import SessionCore
import Transport

extension HTTPExchange {
    /// Looks for an answer once the request is admitted; true when it was given.
    func answerFromCache(_ call: ClientCall, _ body: [UInt8], _ holder: KeyHolder) throws(RelayError) -> CachedAnswer? {
        guard let cache = self.shared.cache else { return nil }
        let wish = try CacheWish(
            self.client.head,
            path: self.path,
            model: call.model,
            body: body,
            holder: holder,
            settings: cache.settings
        )
        guard let wish else { return nil }
        let loop = self.service.context.loop
        if wish.looksUp, let answer = cache.answer(to: wish.name, now: loop.now.nanoseconds) { return answer }
        let recorder = CacheRecorder(self.client, cache, wish.name) { loop.now.nanoseconds }
        self.recorder = recorder
        self.client = recorder
        return nil
    }

    /// Gives an answer again: no upstream is asked, and nothing is billed.
    func replay(_ answer: CachedAnswer) {
        var fields = ErrorRendering.commonFields(requestID: self.requestID)
        fields.append(contentsOf: answer.fields)
        let age = max(0, self.service.context.loop.now.nanoseconds - answer.storedAt) / 1_000_000_000
        fields.append("age", "\(age)")
        fields.append(CacheWish.field, "hit")
        fields.append(contentsOf: self.meter?.rateStatus.fields ?? [])
        self.meter?.servedFromCache()
        self.meter?.answerBegan()
        self.settle(.completed, httpStatus: 200)
        self.hasFinished = true
        if answer.isStream {
            self.client.begin(status: 200, fields: fields, length: nil)
            self.client.write(answer.body.span)
            self.client.finish()
        } else {
            self.client.respond(HTTPAnswer(status: 200, fields: fields, body: answer.body))
        }
        self.shared.metrics.overhead(self.ownTime, now: MonotonicTime.now().nanoseconds, kind: .http)
        self.end()
    }
}
