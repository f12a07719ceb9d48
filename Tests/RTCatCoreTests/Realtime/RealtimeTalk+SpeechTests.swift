// Spoken turns: protocol reference §8, with the server's turn detection and without, paced and not.

import RTCatCore
import Testing

@Suite struct RealtimeTalkSpeechTests {
    private static let vadOff = "null"
    private static let quarterSecond = SpeechAudio(bytes: [UInt8](repeating: 1, count: SpeechAudio.pieceBytes * 5 / 2))
    private static let append = "input_audio_buffer.append"

    private static func driver(detection: String, _ change: (inout TalkPlan) -> Void = { _ in }) -> TalkDriver {
        var plan = TalkPlan()
        plan.transcriber = "whisper-1"
        change(&plan)
        let driver = TalkDriver(plan)
        driver.open(detection: detection)
        return driver
    }

    private static let on = #"{"type":"server_vad","create_response":true}"#
    private static let started = #"{"type":"input_audio_buffer.speech_started","item_id":"u1"}"#
    private static let committed = #"{"type":"input_audio_buffer.committed","item_id":"u1"}"#
    private static let created = #"{"type":"response.created","response":{"id":"r1"}}"#
    private static let done = #"{"type":"response.done","response":{"id":"r1","status":"completed"}}"#
    private static let transcript =
        #"{"type":"conversation.item.input_audio_transcription.completed","item_id":"u1","transcript":"Hi"}"#

    @Test func sendsAPieceEvery100MillisecondsAndCommits() throws {
        let driver = Self.driver(detection: Self.vadOff)
        let start = driver.now
        let first = driver.speak(Self.quarterSecond)
        #expect(first.notes == [.speaking(milliseconds: 250)])
        #expect(first.sent == [Self.append])
        #expect(driver.wait()?.sent == [Self.append])
        #expect(driver.now == start + 100_000_000)
        #expect(driver.wait()?.sent == [Self.append])
        #expect(driver.now == start + 200_000_000)
        #expect(driver.wait()?.sent == ["input_audio_buffer.commit", "response.create"])
        #expect(driver.now == start + 300_000_000)
    }

    @Test func catchesUpAfterADelay() {
        let driver = Self.driver(detection: Self.vadOff)
        driver.speak(Self.quarterSecond)
        driver.pass(milliseconds: 1000)
        #expect(driver.wait()?.sent == [Self.append, Self.append, "input_audio_buffer.commit", "response.create"])
    }

    @Test func sendsAllAtOnceWithoutPaceButInPortions() {
        let driver = Self.driver(detection: Self.vadOff) {
            $0.isPaced = false
            $0.limits.piecesAtOnce = 2
        }
        #expect(driver.speak(Self.quarterSecond).sent == [Self.append, Self.append])
        #expect(driver.wait()?.sent == [Self.append, "input_audio_buffer.commit", "response.create"])
    }

    @Test func losesNoByte() throws {
        var bytes: [UInt8] = []
        let audio = SpeechAudio(bytes: (0..<12_345).map { UInt8(truncatingIfNeeded: $0) })
        let driver = Self.driver(detection: Self.vadOff)
        var actions = driver.speak(audio)
        while !actions.sent.contains("response.create") {
            for case .send(let event) in actions {
                bytes += Self.decode(try #require(JSONObject(event)?.string("audio")))
            }
            actions = try #require(driver.wait())
        }
        #expect(bytes == audio.bytes)
    }

    @Test func letsTheServerEndTheTurn() throws {
        let driver = Self.driver(detection: Self.on)
        driver.speak(Self.quarterSecond)
        _ = driver.endInput()
        driver.hear(Self.started)
        for _ in 0..<4 { #expect(driver.wait()?.sent == [Self.append]) }
        let committedAt = driver.now
        driver.hear(Self.committed)
        #expect(driver.wait()?.sent == [])
        #expect(driver.now == committedAt + TalkLimits().quietAfterCommit)
        driver.hear(Self.created)
        driver.hear(Self.transcript)
        let end = driver.hear(Self.done)
        #expect(end.finish == false)
        #expect(end.sent.isEmpty)
    }

    @Test func asksForTheAnswerWhereDetectionDoesNot() throws {
        let driver = Self.driver(detection: #"{"type":"server_vad","create_response":false}"#)
        driver.speak(Self.quarterSecond)
        #expect(driver.hear(Self.committed).sent == ["response.create"])
    }

    @Test func endsTheTurnWhenTheServerNeverDoes() throws {
        let driver = Self.driver(detection: Self.on)
        var sent = driver.speak(Self.quarterSecond).sent
        while !sent.contains("input_audio_buffer.commit") { sent += try #require(driver.wait()).sent }
        #expect(sent.count(where: { $0 == Self.append }) == 3 + TalkLimits().silentPieces)
        #expect(sent.suffix(2) == ["input_audio_buffer.commit", "response.create"])
    }

    @Test func severalUtterancesAreOneTurn() throws {
        let driver = Self.driver(detection: Self.on)
        driver.speak(Self.quarterSecond)
        _ = driver.endInput()
        driver.hear(Self.started)
        driver.hear(Self.committed)
        driver.hear(Self.created)
        driver.hear(#"{"type":"input_audio_buffer.speech_started","item_id":"u2"}"#)
        driver.hear(#"{"type":"response.done","response":{"id":"r1","status":"cancelled"}}"#)
        for _ in 0..<3 { _ = driver.wait() }
        driver.hear(#"{"type":"input_audio_buffer.committed","item_id":"u2"}"#)
        _ = driver.wait()
        driver.hear(#"{"type":"response.created","response":{"id":"r2"}}"#)
        driver.hear(Self.transcript)
        driver.hear(Self.transcript.replacing("u1", with: "u2"))
        #expect(driver.hear(#"{"type":"response.done","response":{"id":"r2"}}"#).finish == false)
    }

    @Test func aRaceWithTheServersDetectionIsNoFailure() throws {
        let driver = Self.driver(detection: Self.on)
        driver.speak(Self.quarterSecond)
        _ = driver.endInput()
        var sent: [String] = []
        while !sent.contains("response.create") { sent += try #require(driver.wait()).sent }
        driver.hear(Self.created)
        driver.hear(#"{"type":"error","error":{"code":"input_audio_buffer_commit_empty","message":"Empty"}}"#)
        #expect(driver.hear(Self.done).finish == false)
    }

    @Test func waitsForTranscriptsBeforeItEnds() throws {
        let driver = Self.driver(detection: Self.vadOff)
        driver.speak(Self.quarterSecond)
        _ = driver.endInput()
        for _ in 0..<3 { _ = driver.wait() }
        driver.hear(Self.committed)
        driver.hear(Self.created)
        #expect(driver.hear(Self.done).finish == nil)
        let actions = driver.hear(Self.transcript)
        #expect(actions.notes == [.userTranscript("Hi")])
        #expect(actions.finish == false)
    }

    @Test func butNotForever() throws {
        let driver = Self.driver(detection: Self.vadOff)
        driver.speak(Self.quarterSecond)
        _ = driver.endInput()
        for _ in 0..<3 { _ = driver.wait() }
        driver.hear(Self.committed)
        driver.hear(Self.created)
        driver.hear(Self.done)
        #expect(driver.wait()?.finish == false)
    }

    @Test func aTranscriptDoesNotBreakTheAnswersLine() {
        let driver = Self.driver(detection: Self.vadOff)
        driver.speak(Self.quarterSecond)
        for _ in 0..<3 { _ = driver.wait() }
        driver.hear(Self.committed)
        driver.hear(Self.created)
        driver.hear(#"{"type":"response.output_text.delta","response_id":"r1","delta":"A"}"#)
        #expect(driver.hear(Self.transcript).notes.isEmpty)
        #expect(driver.hear(Self.done).notes.prefix(2) == [.assistantEnd, .userTranscript("Hi")])
    }

    @Test func aFailedTranscriptionIsToldAndNotAwaited() {
        let driver = Self.driver(detection: Self.vadOff)
        driver.speak(Self.quarterSecond)
        _ = driver.endInput()
        for _ in 0..<3 { _ = driver.wait() }
        driver.hear(Self.committed)
        driver.hear(Self.created)
        let failed =
            #"{"type":"conversation.item.input_audio_transcription.failed","item_id":"u1","error":{"message":"Noise"}}"#
        #expect(driver.hear(failed).problems == ["transcription failed: Noise"])
        #expect(driver.hear(Self.done).finish == false)
    }

    private static func decode(_ text: String) -> [UInt8] {
        let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var (bits, count, bytes) = (UInt32(0), 0, [UInt8]())
        for character in text.utf8 {
            guard let value = digits.firstIndex(of: character) else { break }
            (bits, count) = (bits << 6 | UInt32(value), count + 6)
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return bytes
    }
}
