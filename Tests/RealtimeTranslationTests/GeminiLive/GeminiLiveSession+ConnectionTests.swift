import Dialects
import RealtimeTranslation
import Testing

@Suite("A Gemini Live session outlives its connections (protocol: realtime §14.4, §15)")
struct GeminiLiveSessionConnectionTests {
    private static let handle = #"{"sessionResumptionUpdate":{"newHandle":"h1","resumable":true}}"#
    private static let goAway = #"{"goAway":{"timeLeft":"50s"}}"#
    private static let answer = #"{"serverContent":{"modelTurn":{"parts":[{"text":"ok"}]}}}"#
    private static let turnEnd = #"{"serverContent":{"turnComplete":true}}"#

    @Test("goes on over the next connection between turns; nothing is lost or said twice")
    func goesAway() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.upstream(Self.handle)
        stage.client(LiveStage.item("one"))
        stage.client(LiveStage.ask)
        stage.upstream(Self.answer)
        stage.upstream(Self.goAway)
        #expect(stage.reconnects == 0)
        stage.upstream(Self.turnEnd)
        #expect(stage.reconnects == 1 && stage.done?["status"] == "completed")
        stage.forget()
        stage.client(LiveStage.item("two"))
        stage.connect()
        #expect(stage.sent.count == 1)
        #expect(stage.sent.first?["setup"]?["sessionResumption"] == ["handle": "h1"])
        stage.client(LiveStage.ask)
        stage.upstream(#"{"setupComplete":{}}"#)
        #expect(stage.sent.count == 3)
        #expect(stage.sent[1]["clientContent"]?["turns"]?.elements.first?["parts"] == [["text": "two"]])
        #expect(!stage.types.contains("error") && !stage.types.contains("session.updated"))
    }

    @Test("says again what no answer and no later place covers")
    func replays() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.client(LiveStage.item("covered"))
        stage.upstream(Self.handle)
        stage.client(LiveStage.item("not covered"))
        stage.upstream(Self.goAway)
        stage.forget()
        stage.connect()
        stage.upstream(#"{"setupComplete":{}}"#)
        #expect(stage.sent.count == 2)
        #expect(stage.sent.last?["clientContent"]?["turns"]?.elements.first?["parts"] == [["text": "not covered"]])
    }

    @Test("believes the upstream's count of what it has heard")
    func counted() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.client(LiveStage.item("one"))
        stage.client(LiveStage.item("two"))
        stage.upstream(
            #"{"sessionResumptionUpdate":{"newHandle":"h","resumable":true,"lastConsumedClientMessageIndex":"1"}}"#
        )
        stage.upstream(Self.goAway)
        stage.forget()
        stage.connect()
        stage.upstream(#"{"setupComplete":{}}"#)
        #expect(stage.sent.last?["clientContent"]?["turns"]?.elements.first?["parts"] == [["text": "two"]])
        #expect(stage.sent.count == 2)
    }

    @Test("a response under way is heard until the upstream goes; then it has failed, and the session goes on")
    func forced() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.upstream(Self.handle)
        stage.client(LiveStage.ask)
        stage.upstream(Self.answer)
        stage.upstream(Self.goAway)
        #expect(stage.session.nextDeadline == nil)
        stage.wait(seconds: 60)
        #expect(stage.done == nil && stage.reconnects == 0)
        stage.lose(1001, "")
        #expect(stage.done?["status"] == "failed")
        #expect(stage.reconnects == 1 && stage.end == nil)
    }

    @Test("an upstream that goes with little notice, or with any code, is followed by the next")
    func littleNotice() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.upstream(Self.handle)
        stage.client(LiveStage.ask)
        stage.upstream(Self.answer)
        stage.upstream(#"{"goAway":{"timeLeft":"2s"}}"#)
        stage.wait(seconds: 3)
        stage.upstream(Self.turnEnd)
        #expect(stage.done?["status"] == "completed" && stage.reconnects == 1)
        stage.connect()
        stage.upstream(#"{"setupComplete":{}}"#)
        stage.client(LiveStage.ask)
        stage.upstream(Self.answer)
        stage.upstream(#"{"goAway":{}}"#)
        stage.lose(1008, "The session has lasted long enough.")
        #expect(stage.done?["status"] == "failed" && stage.reconnects == 2 && stage.end == nil)
    }

    @Test("an upstream that is lost is dialled again once; a response under way has failed")
    func lost() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.upstream(Self.handle)
        stage.client(LiveStage.ask)
        stage.upstream(Self.answer)
        stage.lose(nil)
        #expect(stage.done?["status"] == "failed")
        #expect(stage.done?["status_details"]?["error"]?["code"] == "upstream_lost")
        #expect(stage.reconnects == 1)
        stage.connect()
        stage.upstream(#"{"setupComplete":{}}"#)
        stage.wait(seconds: 1)
        stage.lose(1006)
        #expect(stage.reconnects == 1)
        #expect(stage.end?.code == "session_expired" && stage.end?.closeCode == 1001)
    }

    @Test("without a place to come back to, the session has expired")
    func expired() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.upstream(Self.goAway)
        stage.client(LiveStage.ask)
        stage.upstream(Self.answer)
        stage.lose(1001)
        #expect(stage.done?["status"] == "failed")
        #expect(stage.end?.code == "session_expired" && stage.end?.closeCode == 1001)
        stage.client(LiveStage.ask)
    }

    @Test("an upstream that cannot be reached again ends it")
    func unreachable() {
        var stage = LiveStage.ready(LiveStage.text)
        stage.upstream(Self.handle)
        stage.lose(nil)
        stage.lose(nil)
        #expect(stage.end?.code == "session_expired")
    }

    @Test(
        "closes say why (§15.2)",
        arguments: [
            (1007, "API key expired. Please renew the API key.", "invalid_api_key", 3000),
            (1007, "Request contains an invalid argument.", "invalid_value", 1011),
            (1008, "models/x is not found", "invalid_value", 1011), (1011, "Internal error", "server_error", 1011),
            (4321, "whatever", "server_error", 1011),
        ] as [(UInt16, String, String, UInt16)]
    )
    func closes(_ code: UInt16, _ reason: String, _ error: String, _ closeCode: UInt16) {
        for isReady in [true, false] {
            var stage = isReady ? LiveStage.ready() : LiveStage()
            if !isReady { stage.connect() }
            stage.lose(code, reason)
            #expect(stage.end?.code == error && stage.end?.closeCode == closeCode)
            #expect(stage.end?.message == reason)
        }
    }

    @Test("what waits is bounded")
    func bounded() {
        var limits = LiveLimits()
        limits.queuedBytes = 1_000
        var stage = LiveStage(limits: limits)
        for _ in 0..<100 where stage.end == nil { stage.client(LiveStage.item("some text that takes room")) }
        #expect(stage.end?.code == "upstream_too_slow")
        #expect(stage.session.queuedBytes <= 1_000)
    }

    @Test("what is kept to be said again is bounded, the latest being kept")
    func replayBounded() {
        var limits = LiveLimits()
        limits.replayedBytes = 30_000
        var stage = LiveStage.ready(limits: limits)
        stage.upstream(Self.handle)
        for _ in 0..<10 { stage.client(LiveStage.append) }
        stage.forget()
        stage.upstream(Self.goAway)
        stage.connect()
        stage.upstream(#"{"setupComplete":{}}"#)
        #expect(stage.sent.count == 3)
    }
}
