// A spoken turn: pieces of 100 ms, at the pace of speech or as fast as they go. Where the server detects turns, silence
// follows, as a microphone would send it, until the server has noticed the end; if it never does, and where it does not
// detect, the turn is ended by `input_audio_buffer.commit` and `response.create` (protocol §8).

extension RealtimeTalk {
    /// How far a spoken turn is.
    struct Speech {
        let audio: SpeechAudio
        let startedAt: Int64
        /// Bytes of the audio that were sent.
        var sent = 0
        /// Pieces sent, the silent ones included.
        var pieces = 0
        var silentPieces = 0
        /// The server's last `input_audio_buffer.committed` of this turn.
        var committedAt: Int64?
        /// When all of the silence was sent.
        var silentSince: Int64?

        init(_ audio: SpeechAudio, startedAt: Int64) {
            self.audio = audio
            self.startedAt = startedAt
        }

        var isSaid: Bool { self.sent >= self.audio.bytes.count }

        /// When the next piece is due, or the wait for the server's turn detection is over.
        func nextDeadline(isPaced: Bool, isSpeechActive: Bool, limits: TalkLimits) -> Int64 {
            if self.isSaid, !isSpeechActive, let committedAt = self.committedAt {
                return committedAt + limits.quietAfterCommit
            }
            if let silentSince = self.silentSince { return silentSince + limits.commitWait }
            return isPaced ? self.startedAt + Int64(self.pieces) * 100_000_000 : self.startedAt
        }
    }

    func deadline(of speech: Speech) -> Int64 {
        speech.nextDeadline(
            isPaced: self.plan.isPaced,
            isSpeechActive: self.isSpeechActive,
            limits: self.plan.limits
        )
    }

    /// Sends what is due, and ends the turn when it is said.
    mutating func speakOn(_ speech: Speech, now: Int64) {
        var speech = speech
        let limits = self.plan.limits
        for _ in 0..<limits.piecesAtOnce {
            guard self.deadline(of: speech) <= now else { break }
            if !speech.isSaid {
                let piece = speech.audio.piece(at: speech.sent)
                self.actions.append(.send(ClientEvent.append(piece)))
                speech.sent += piece.count
                speech.pieces += 1
                self.askedAt = now
            } else if !self.detects {
                self.commit(now: now)
                return
            } else if speech.committedAt != nil, !self.isSpeechActive {
                self.awaitAnswer(now: now)
                return
            } else if speech.silentSince != nil {
                self.commit(now: now)
                return
            } else {
                let silence = repeatElement(UInt8(0), count: SpeechAudio.pieceBytes)
                self.actions.append(.send(ClientEvent.append(silence)))
                speech.pieces += 1
                speech.silentPieces += 1
                if speech.silentPieces >= limits.silentPieces { speech.silentSince = now }
            }
        }
        self.phase = .speaking(speech)
    }

    /// Ends the spoken turn ourselves.
    private mutating func commit(now: Int64) {
        self.isSpeechActive = false
        self.send { ClientEvent.plain("input_audio_buffer.commit", id: $0) }
        self.askForResponse(now: now)
        self.awaitAnswer(now: now)
    }

    /// The server has taken what was said; by its own decision where it detects turns.
    mutating func committed(_ item: String?, now: Int64) {
        if self.plan.transcriber != nil, let item { self.pendingTranscripts.insert(item) }
        guard self.asked.isEmpty, self.detects else { return }
        self.isSpeechActive = false
        self.askedAt = now
        if case .speaking(var speech) = self.phase {
            speech.committedAt = now
            self.phase = .speaking(speech)
        }
        if self.detectionCreatesResponse {
            self.owesResponse = true
        } else {
            self.askForResponse(now: now)
        }
    }
}
