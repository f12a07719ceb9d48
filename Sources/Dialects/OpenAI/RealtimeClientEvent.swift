// What a client's realtime events mean to whoever has to decide about them (protocol: realtime §4): which kind they are,
// which model they name, by which id their error is told.

/// What an event of a client's is about.
package enum RealtimeClientEventKind: Sendable, Equatable {
    /// `input_audio_buffer.append`: the bulk.
    case audio
    /// `conversation.item.create`.
    case item
    /// `response.create`: asks for a turn.
    case turn
    /// `session.update`, and the older `transcription_session.update`.
    case settings
    /// Another that is documented: none of them names a model or costs anything.
    case plain
    /// One we do not know; providers have some of their own.
    case unknown

    package init(_ type: EventType) {
        if type.matches("input_audio_buffer.append") {
            self = .audio
        } else if type.matches("response.create") {
            self = .turn
        } else if type.matches("conversation.item.create") {
            self = .item
        } else if type.matches("session.update") || type.matches("transcription_session.update") {
            self = .settings
        } else if Self.isPlain(type) {
            self = .plain
        } else {
            self = .unknown
        }
    }

    private static func isPlain(_ type: EventType) -> Bool {
        type.matches("input_audio_buffer.commit") || type.matches("input_audio_buffer.clear")
            || type.matches("output_audio_buffer.clear") || type.matches("conversation.item.retrieve")
            || type.matches("conversation.item.truncate") || type.matches("conversation.item.delete")
            || type.matches("response.cancel")
    }
}

/// What a decision about a client's event rests on.
package struct RealtimeClientEvent: Sendable, Equatable {
    package var eventID: String?
    /// Every model that the event names for the session or the response.
    package var models: [String] = []
    /// The model that is to transcribe what is heard.
    package var transcriptionModel: String?

    /// Reads a whole event; throws when a name stands twice where a decision rests on it, or the text is no JSON object:
    /// whoever reads it after us might understand something else (robustness G10).
    package init(_ message: borrowing Span<UInt8>) throws(JSONViolation) {
        for member in try TopLevelScanner.members(of: message) {
            if member.isNamed("event_id", in: message) {
                self.eventID = member.string(in: message)
            } else if member.isNamed("model", in: message) {
                try self.take(model: member, message)
            } else if member.isNamed("session", in: message) {
                try self.readSession(message, member)
            } else if member.isNamed("response", in: message), member.kind == .object {
                for inner in try TopLevelScanner.members(of: message, in: member.value)
                where inner.isNamed("model", in: message) {
                    try self.take(model: inner, message)
                }
            }
        }
    }

    private mutating func take(model: JSONMember, _ message: borrowing Span<UInt8>) throws(JSONViolation) {
        guard model.kind != .null else { return }
        guard let name = model.string(in: message) else { throw .malformed(at: model.value.lowerBound) }
        self.models.append(name)
    }

    private mutating func readSession(_ message: borrowing Span<UInt8>, _ session: JSONMember) throws(JSONViolation) {
        guard session.kind == .object else { return }
        for member in try TopLevelScanner.members(of: message, in: session.value) {
            if member.isNamed("model", in: message) {
                try self.take(model: member, message)
            } else if member.isNamed("input_audio_transcription", in: message) {
                try self.readTranscription(message, member)
            } else if member.isNamed("audio", in: message), member.kind == .object {
                for inner in try TopLevelScanner.members(of: message, in: member.value)
                where inner.isNamed("input", in: message) && inner.kind == .object {
                    for leaf in try TopLevelScanner.members(of: message, in: inner.value)
                    where leaf.isNamed("transcription", in: message) {
                        try self.readTranscription(message, leaf)
                    }
                }
            }
        }
    }

    private mutating func readTranscription(
        _ message: borrowing Span<UInt8>,
        _ transcription: JSONMember
    ) throws(JSONViolation) {
        guard transcription.kind == .object else { return }
        for member in try TopLevelScanner.members(of: message, in: transcription.value)
        where member.isNamed("model", in: message) {
            self.transcriptionModel = member.string(in: message)
        }
    }

    /// Whether an event may be taken for what its first `type` says: an object, with one member of that name.
    package static func isUnambiguous(_ message: borrowing Span<UInt8>) -> Bool {
        var index = 0
        var (types, isFirst) = (0, true)
        while true {
            do throws(JSONViolation) {
                guard
                    let member = try TopLevelScanner.next(message, &index, 0..<message.count, isFirst: isFirst)
                else { return types == 1 }
                isFirst = false
                if member.isNamed("type", in: message) { types += 1 }
            } catch {
                return false
            }
        }
    }
}
